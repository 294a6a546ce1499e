"""Beginnings of texts whose greedy continuations are compared."""

PROMPTS = (
    "In the beginning",
    "And God said",
    "And it came to pass",
    "The LORD is my shepherd",
    "Blessed are the",
    "Thou shalt not",
    "And the king said unto",
    "Jesus answered and said",
    "The word of the LORD came unto me, saying,",
    "Praise ye the LORD",
    "And the children of Israel",
    "My son, hear",
    "For God so loved",
    "Verily, verily, I say unto",
    "Behold, I",
    "Now these are the names of",
    "Woe unto",
    "Psa1:1 Blessed is the man",
    "Paul, an apostle",
    "1Ki2:1 Now the days of David",
)
