"""Weights of any format as numbers: whole matrices, and single rows of them."""
