"""Trains the shipped model: a small Llama-architecture model of the King James Bible (PyTorch on the CPU)."""
