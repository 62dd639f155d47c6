"""Signatures: what this newsroom has made itself can be told from what others have made up.

One key for all processes, kept in the database (see `secret_keys`). The signature is keyed BLAKE2s (RFC 7693, section 2.9): a message
authentication code like HMAC, at a third of its time, which counts where twenty addresses are signed for one answer.
"""

from hashlib import blake2s
from hmac import compare_digest

from cms.errors import Unavailable

KEY_BYTES = 32
SIGNATURE_BYTES = 16


class SigningKey:
    """The key, once it has been read from the database. It never shows itself."""

    def __init__(self) -> None:
        self._key = b""
        self.times_set = 0

    def set(self, key: bytes) -> None:
        """Take the key. Raises ValueError for one of another length."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self._key = key
        self.times_set += 1

    def sign(self, text: str) -> str:
        """The signature of a text: 32 hexadecimal digits. Raises Unavailable before the key is there."""
        if not self._key:
            raise Unavailable("The key for signatures has not been read from the database.")
        return blake2s(text.encode(), key=self._key, digest_size=SIGNATURE_BYTES).hexdigest()

    def has_signed(self, text: str, signature: str) -> bool:
        """Whether the signature is that of the text; in constant time."""
        return compare_digest(self.sign(text).encode(), signature.encode())
