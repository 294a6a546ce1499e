"""What llama.cpp says about the shipped model, kept for tests that run without it."""
