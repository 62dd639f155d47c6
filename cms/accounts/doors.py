"""Who asks: whatever the header `Authorization` shows leads to one actor."""

from collections.abc import Awaitable, Callable

from cms.accounts.bearers import find_actor
from cms.accounts.secrets import SECRET_PREFIX
from cms.config import Settings
from cms.database import Database
from cms.errors import Unauthenticated
from cms.permissions import PUBLIC, Actor


class Doors:
    """The ways in: API tokens, and the tokens of an issuer if there is one."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._of_issuer = _door_of_issuer(database, settings) if settings.oidc_issuer else None

    async def actor_of(self, authorization: str | None) -> Actor:
        """Whoever the header shows a token of; the public without one. Raises Unauthenticated."""
        if not authorization:
            return PUBLIC
        scheme, _, given = authorization.strip().partition(" ")
        secret = given.strip()
        if scheme.lower() != "bearer" or not secret:
            raise Unauthenticated("The header Authorization must read “Bearer <token>”.")
        if self._of_issuer and not secret.startswith(SECRET_PREFIX) and secret.count(".") == 2:
            return await self._of_issuer(secret)
        return await find_actor(self._database.reads, secret)


def _door_of_issuer(database: Database, settings: Settings) -> Callable[[str], Awaitable[Actor]]:
    # Signatures and an HTTP client take a while to import; most processes have no issuer.
    from cms.accounts.oidc.door import door_of_issuer  # noqa: PLC0415

    return door_of_issuer(database, settings)
