"""The threads of a CTA: who is where, runs what, and holds what, as far as that follows from the text."""
