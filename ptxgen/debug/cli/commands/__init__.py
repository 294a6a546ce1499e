"""The commands of `ptxgen-debug`, one a file."""
