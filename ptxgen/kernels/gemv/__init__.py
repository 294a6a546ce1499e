"""Matrix-vector products with quantised weights: weight format x strategy."""
