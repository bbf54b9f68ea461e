"""How many searches go in one pass; the plain and the compiled searches share it."""

WORDS = 8  # of 64 searches each
