"""LZ4 blocks: a warp compresses or decompresses a page."""
