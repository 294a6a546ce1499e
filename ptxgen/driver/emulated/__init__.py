"""The emulated device: the same surface without a GPU."""
