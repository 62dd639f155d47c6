"""The commands of `cms`, one module each."""
