"""Programs that make what the repository ships: the trained model, the golden files, the perplexity table."""
