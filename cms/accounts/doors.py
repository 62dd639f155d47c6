"""Who asks: whatever the header `Authorization` shows leads to one actor."""

from cms.accounts.bearers import find_actor
from cms.accounts.oidc.keys import IssuerKeys
from cms.accounts.oidc.people import person_of
from cms.accounts.oidc.verifying import verify
from cms.accounts.secrets import SECRET_PREFIX
from cms.config import Settings
from cms.database import Database
from cms.errors import Unauthenticated
from cms.permissions import PUBLIC, Actor


class Doors:
    """The ways in: API tokens, and the tokens of an issuer if there is one."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._keys = IssuerKeys(settings)

    async def actor_of(self, authorization: str | None) -> Actor:
        """Whoever the header shows a token of; the public without one. Raises Unauthenticated."""
        if not authorization:
            return PUBLIC
        scheme, _, given = authorization.strip().partition(" ")
        secret = given.strip()
        if scheme.lower() != "bearer" or not secret:
            raise Unauthenticated("The header Authorization must read “Bearer <token>”.")
        if self._settings.oidc_issuer and not secret.startswith(SECRET_PREFIX) and secret.count(".") == 2:
            claims = await verify(secret, self._keys, self._settings)
            return await person_of(claims, self._database, self._settings)
        return await find_actor(self._database.reads, secret)
