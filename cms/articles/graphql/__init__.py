"""The API face of articles."""
