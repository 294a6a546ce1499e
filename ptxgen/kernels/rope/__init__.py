"""Rotary position embedding: frequencies, and the kernels that turn queries and keys."""
