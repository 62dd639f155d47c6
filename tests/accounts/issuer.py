"""An issuer of tokens that really listens: discovery, keys, and tokens of every kind, good and bad."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
import warnings
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

AUDIENCE = "kiosque"
Key = RSAKey | ECKey | OKPKey
ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}


def encoded(content: bytes) -> str:
    """Base64 as in tokens."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class Issuer:
    """Keys by their names, and how often somebody asked for them."""

    def __init__(self) -> None:
        self.url = ""
        self.keys: dict[str, Key] = {
            "rsa": RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}),
            "ec": ECKey.generate_key("P-256", {"kid": "ec"}),
            "ed": OKPKey.generate_key("Ed25519", {"kid": "ed"}),
        }
        self.asked = 0
        self.answer: bytes | None = None

    def claims(self, **claims: Any) -> dict[str, Any]:
        """What a good token says, with these changes; None leaves a claim out."""
        now = int(time.time())
        told = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "ada",
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "name": "Ada Deschamps",
            "email": "ada@example.org",
            "roles": ["newsroom-editors"],
        }
        return {name: value for name, value in {**told, **claims}.items() if value is not None}

    def token(self, key: str = "rsa", *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token, signed by the key of this name."""
        signing = self.keys[key]
        algorithm = ALGORITHMS[signing.key_type]
        head = {"alg": algorithm, "kid": key, **(header or {})}
        with warnings.catch_warnings():
            # EdDSA is the old name of Ed25519, under which issuers still sign.
            warnings.simplefilter("ignore", SecurityWarning)
            return jwt.encode(head, self.claims(**claims), signing, algorithms=[algorithm])

    def token_by_shared_secret(self, secret: bytes, *, key: str = "rsa") -> str:
        """A token that is signed by HS256 with what everybody may read; written by hand, for no library would."""
        parts = ({"alg": "HS256", "kid": key}, self.claims())
        signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
        return f"{signed}.{encoded(hmac.digest(secret, signed.encode(), hashlib.sha256))}"

    @property
    def public_pem(self) -> bytes:
        """The public RSA key as text."""
        key = self.keys["rsa"]
        assert isinstance(key, RSAKey)
        return key.as_pem(private=False)

    def documents(self) -> dict[str, bytes]:
        """What it serves."""
        keys = [key.as_dict(private=False) for key in self.keys.values()]
        # A shared secret among the keys, as no issuer should publish one.
        keys.append(jwk.OctKey.import_key("secret" * 10, {"kid": "oct"}).as_dict(private=True))
        discovery = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        return {
            "/.well-known/openid-configuration": json.dumps(discovery).encode(),
            "/keys": self.answer if self.answer is not None else json.dumps({"keys": keys}).encode(),
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        request = await reader.readuntil(b"\r\n\r\n")
        path = request.split(b" ")[1].decode()
        self.asked += path == "/keys"
        found = self.documents().get(path)
        status = "404 Not Found" if found is None else "200 OK"
        body = found or b""
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def issuing() -> AsyncGenerator[Issuer]:
    """An issuer that listens on a port of this machine."""
    issuer = Issuer()
    server = await asyncio.start_server(issuer.serve, "127.0.0.1", 0)
    issuer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield issuer
