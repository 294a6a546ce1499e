"""The command line: `ptxgen`. It parses arguments and prints; everything that it shows is made on the floors below."""
