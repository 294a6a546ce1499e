"""Accesses of the same memory that nothing orders: in a CTA, and between the CTAs of a launch."""
