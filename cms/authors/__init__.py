"""The people who sign articles."""
