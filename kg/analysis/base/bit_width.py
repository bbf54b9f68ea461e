"""How many searches go in one pass: known to the plain and to the compiled search alike."""

WORDS = 8  # of 64 searches each
