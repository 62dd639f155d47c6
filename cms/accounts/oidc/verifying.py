"""What a token must say to be believed (RFC 7519, RFC 8725): signed by the issuer, for this audience, now."""

import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError, SecurityWarning

from cms.accounts.bearers import refuse_bearer
from cms.accounts.oidc.keys import IssuerKeys, PublicKey
from cms.config import Settings

TOKEN_CHARACTERS_MAX = 16_000
SUBJECT_CHARACTERS_MAX = 500


@dataclass(frozen=True)
class Claims:
    """What a good token says: who, and all the rest."""

    subject: str
    all: Mapping[str, Any]


async def verify(token: str, keys: IssuerKeys, settings: Settings) -> Claims:
    """The claims of a token. Raises Unauthenticated, in the same words whatever is wrong with it."""
    key_id, algorithm = _header(token, settings)
    key = await keys.find(key_id, algorithm)
    if key is None:
        refuse_bearer()
    try:
        claims = _signed(token, key, algorithm)
        _registry(settings).validate(claims)
    except (JoseError, ValueError, TypeError):
        refuse_bearer()
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_CHARACTERS_MAX or "\x00" in subject:
        refuse_bearer()
    return Claims(subject, claims)


def _signed(token: str, key: PublicKey, algorithm: str) -> dict[str, Any]:
    with warnings.catch_warnings():
        # RFC 9864 gives EdDSA a better name; issuers still use the old one.
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.decode(token, key, algorithms=[algorithm]).claims


def _header(token: str, settings: Settings) -> tuple[str | None, str]:
    """The name of the key and the algorithm, if that is one of those allowed: nothing is fetched for any other."""
    if len(token) > TOKEN_CHARACTERS_MAX or not token.isascii():
        refuse_bearer()
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, AttributeError):
        refuse_bearer()
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in settings.oidc_algorithms or "crit" in header or not isinstance(key_id, str | None):
        refuse_bearer()
    return key_id, algorithm


def _registry(settings: Settings) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(time.time()),
        leeway=settings.oidc_leeway_seconds,
        iss={"essential": True, "value": settings.oidc_issuer or ""},
        aud={"essential": True, "values": list(settings.oidc_audience)},
        exp={"essential": True},
        sub={"essential": True},
    )
