"""The ways of an article between the first draft and the archive."""
