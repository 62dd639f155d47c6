"""Signatures: what this newsroom has made itself can be told from what others have made up.

One key for all processes, kept in the database (see `secret_keys`). The signature is keyed BLAKE2s (RFC 7693, section 2.9): a message
authentication code like HMAC, at a third of its time, which counts where twenty addresses are signed for one answer.
"""

from functools import lru_cache
from hashlib import blake2s
from hmac import compare_digest

from cms.errors import Unavailable

KEY_BYTES = 32
SIGNATURE_BYTES = 16
SIGNATURES_KEPT = 8_192


class SigningKey:
    """The key, once it has been read from the database. It never shows itself."""

    def __init__(self) -> None:
        self._key = b""
        self._signed = lru_cache(maxsize=SIGNATURES_KEPT)(self._made)

    def set(self, key: bytes) -> None:
        """Take the key. Raises ValueError for one of another length."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self._key = key
        self._signed.cache_clear()

    def sign(self, text: str) -> str:
        """The signature of a text: 32 hexadecimal digits. Raises Unavailable before the key is there."""
        return self._signed(text)

    def has_signed(self, text: str, signature: str) -> bool:
        """Whether the signature is that of the text; in constant time. What strangers send is not kept."""
        return compare_digest(self._made(text).encode(), signature.encode())

    def _made(self, text: str) -> str:
        if not self._key:
            raise Unavailable("The key for signatures has not been read from the database.")
        return blake2s(text.encode(), key=self._key, digest_size=SIGNATURE_BYTES).hexdigest()
