"""Kiosque: a headless CMS for publishers, served over GraphQL."""

__version__ = "0.1.0"
