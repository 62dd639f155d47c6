"""Checks of what Kiosque stands on, by really using it."""
