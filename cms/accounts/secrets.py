"""Secrets that their bearers show: random, told once, kept as their SHA-256."""

import hashlib
import secrets

SECRET_PREFIX = "kiosque_"  # noqa: S105  (what every secret begins with, so that scanners for leaked secrets know it)
HINT_CHARACTERS = 12


def new_secret(prefix: str = SECRET_PREFIX) -> str:
    """A secret of 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def digest_of(secret: str) -> bytes:
    """What is kept of a secret, and what it is looked up by: so the time taken tells nothing about it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
