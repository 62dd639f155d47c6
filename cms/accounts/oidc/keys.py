"""The issuer's keys: fetched with bounds, kept for a while, fetched again when a token names one that is not there (RFC 7517, OpenID Connect Discovery)."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import httpx
import orjson
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from cms.config import Settings
from cms.errors import Unavailable

DISCOVERY = "/.well-known/openid-configuration"
ANSWER_BYTES_MAX = 262_144
KEYS_MAX = 100
FETCH_SECONDS_MAX = 5.0
# A token with a key that nobody knows is no reason to ask the issuer each time.
REFRESH_SECONDS_MIN = 10.0
log = structlog.get_logger(__name__)
PublicKey = RSAKey | ECKey | OKPKey
# Which kinds of key an algorithm takes: never a shared secret, so that nobody can sign with what everybody may read.
KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}


class IssuerKeys:
    """The keys of one issuer, as this process knows them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._keys: Sequence[PublicKey] = ()
        self._fetched_at = self._tried_at = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def find(self, key_id: str | None, algorithm: str) -> PublicKey | None:
        """The key that a token names; None if the issuer has none such. Raises Unavailable while no keys can be had at all."""
        if self._is_older_than(self._settings.oidc_jwks_cache_seconds):
            await self._refresh()
        found = self._named(key_id, algorithm)
        if found is None and time.monotonic() - self._tried_at >= REFRESH_SECONDS_MIN:
            await self._refresh()
            found = self._named(key_id, algorithm)
        return found

    def _is_older_than(self, seconds: float) -> bool:
        now = time.monotonic()
        # An issuer that is away is asked again after a while, and its old keys are good until then.
        return now - self._fetched_at >= seconds and now - self._tried_at >= min(REFRESH_SECONDS_MIN, seconds)

    def _named(self, key_id: str | None, algorithm: str) -> PublicKey | None:
        fitting = [
            key
            for key in self._keys
            if key.key_type == KINDS[algorithm[:2]]
            and key.as_dict().get("use", "sig") == "sig"
            and key.as_dict().get("alg", algorithm) == algorithm
        ]
        if key_id is None:
            return fitting[0] if len(fitting) == 1 else None
        return next((key for key in fitting if key.as_dict().get("kid") == key_id), None)

    async def _refresh(self) -> None:
        wanted_at = time.monotonic()
        async with self._one_at_a_time:
            if self._tried_at > wanted_at:
                return
            self._tried_at = time.monotonic()
            try:
                self._keys = await self._fetch()
                self._fetched_at = time.monotonic()
            except (httpx.HTTPError, ValueError, KeyError, TypeError, TimeoutError) as error:
                log.warning("the issuer's keys cannot be read", error=type(error).__name__)
        if not self._keys:
            raise Unavailable("The issuer of tokens does not answer. Try again in a moment.")

    async def _fetch(self) -> Sequence[PublicKey]:
        async with (
            asyncio.timeout(FETCH_SECONDS_MAX),
            httpx.AsyncClient(follow_redirects=False, timeout=FETCH_SECONDS_MAX, trust_env=False) as client,
        ):
            url = self._settings.oidc_jwks_url or await self._discovered(client)
            given = await _json_of(client, url)
        return [key for entry in given["keys"][:KEYS_MAX] if (key := _imported(entry)) is not None]

    async def _discovered(self, client: httpx.AsyncClient) -> str:
        issuer = self._settings.oidc_issuer or ""
        found = await _json_of(client, issuer.rstrip("/") + DISCOVERY)
        if found["issuer"] != issuer:
            raise ValueError("the discovery document is another issuer's")
        return str(found["jwks_uri"])


async def _json_of(client: httpx.AsyncClient, url: str) -> Any:
    received = bytearray()
    async with client.stream("GET", url, headers={"Accept": "application/json"}) as answer:
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes():
            received += chunk
            if len(received) > ANSWER_BYTES_MAX:
                raise ValueError("the answer is too long")
    return orjson.loads(bytes(received))


def _imported(entry: Any) -> PublicKey | None:
    """A public key; None for what is none or cannot be understood."""
    try:
        key = JWKRegistry.import_key(entry)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return key if isinstance(key, PublicKey) else None
