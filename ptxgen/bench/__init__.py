"""How fast a kernel is: ceilings, proven and timed runs, peers beside them, and what needs no GPU to be counted."""
