"""What articles are about: sections (a tree) and tags."""
