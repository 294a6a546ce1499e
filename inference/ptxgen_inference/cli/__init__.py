"""`ptxgen-infer`: models on the command line."""
