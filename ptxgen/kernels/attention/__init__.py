"""Attention: tiles of queries (prefill), and one query a sequence on a key-value cache (decode)."""
