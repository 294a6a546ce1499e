"""The table of perplexities in `docs/shipped-model.md`."""
