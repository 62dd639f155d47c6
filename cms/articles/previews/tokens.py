"""The tokens of preview links: random, and signed, so that one that was made up or altered is refused before anything is looked up."""

from cms.accounts.secrets import SECRET_PREFIX, new_secret
from cms.signing import SigningKey

PREVIEW_PREFIX = f"{SECRET_PREFIX}preview_"
_ABOUT = "preview link\n"
"""What the key signs beside tokens are addresses of pictures, which begin otherwise."""


def new_token(key: SigningKey) -> str:
    """A token of 256 random bits, with its signature."""
    secret = new_secret(PREVIEW_PREFIX)
    return f"{secret}.{key.sign(_ABOUT + secret)}"


def is_genuine(token: str, key: SigningKey) -> bool:
    """Whether the token is one that this newsroom has made, if perhaps a long time ago."""
    secret, _, signature = token.rpartition(".")
    if not token.isascii() or not secret.startswith(PREVIEW_PREFIX):
        return False
    return key.has_signed(_ABOUT + secret, signature)
