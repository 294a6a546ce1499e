"""Stages of shared memory that asynchronous copies fill, products read and bulk stores send, step by step."""
