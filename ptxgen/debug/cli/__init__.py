"""The command line of the bug finder: `ptxgen-debug`."""
