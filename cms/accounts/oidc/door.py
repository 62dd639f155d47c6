"""The way in for people whom an issuer vouches for."""

from collections.abc import Awaitable, Callable

from cms.accounts.oidc.keys import IssuerKeys
from cms.accounts.oidc.people import person_of
from cms.accounts.oidc.verifying import verify
from cms.config import Settings
from cms.database import Database
from cms.permissions import Actor


def door_of_issuer(database: Database, settings: Settings) -> Callable[[str], Awaitable[Actor]]:
    """What leads from a token of the issuer to its actor. It raises Unauthenticated, or Unavailable while the issuer's keys cannot be had."""
    keys = IssuerKeys(settings)

    async def actor_of(token: str) -> Actor:
        return await person_of(await verify(token, keys, settings), database, settings)

    return actor_of
