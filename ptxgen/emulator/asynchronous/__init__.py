"""What happens beside the threads: asynchronous copies, mbarriers, bulk and tensor copies, clusters of CTAs.

Whatever is asynchronous takes effect at the latest moment that the manual allows: a copy's bytes arrive when a wait
needs them, so that a program that forgets to wait sees what was there before.
"""
