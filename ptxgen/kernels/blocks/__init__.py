"""Device routines that kernels are made of, each tested once, by itself."""
