"""CUDA: the device of a machine with an NVIDIA GPU."""
