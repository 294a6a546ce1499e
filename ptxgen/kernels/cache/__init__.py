"""Writing to the key-value cache."""
