"""Kernels on the rows of a matrix: softmax, norms, the largest element and the k largest."""
