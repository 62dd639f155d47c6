"""What can be done with authors: create, update, delete."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.assets.library import get_ready_asset
from cms.authors.models import AUTHOR_RULES, Author
from cms.changes import (
    UNSET,
    Maybe,
    Noun,
    Unset,
    announce_change,
    announce_leaving,
    when_changed,
    when_leaving,
)
from cms.checks import Checks
from cms.database import metadata, now
from cms.errors import InUse, Invalid, NotFound
from cms.fields import Rules, cleaned
from cms.permissions import Actor, Permission
from cms.revisions import Expected, Kind, ids_of, revised
from cms.slug_choice import slug_value
from cms.texts import check_email, clean_line, clean_url, optional_line, optional_text

LINKS_MAX = 10
USES_NAMED_MAX = 10
AUTHOR = Kind("author", words={"avatar_id": ids_of("asset")}, rules=AUTHOR_RULES)
_TABLE = metadata.tables["author"]


@dataclass(frozen=True)
class AuthorLink:
    """Where else to find an author."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class AuthorFields:
    """What an author says of themselves. `slug` None makes it from the name; `email` is for the staff alone."""

    name: Maybe[str | None] = UNSET
    slug: Maybe[str | None] = UNSET
    title: Maybe[str | None] = UNSET
    bio: Maybe[str | None] = UNSET
    email: Maybe[str | None] = UNSET
    avatar_id: Maybe[UUID | None] = UNSET
    links: Maybe[Sequence[AuthorLink] | None] = UNSET


async def create_author(session: AsyncSession, actor: Actor, fields: AuthorFields) -> Author:
    """Make an author. Raises Problems (fields, avatar) or SlugTaken."""
    actor.require(Permission.AUTHOR_WRITE)
    author = Author(**await _checked(session, fields, None))
    session.add(author)
    await session.flush()
    return author


async def update_author(
    session: AsyncSession,
    actor: Actor,
    author_id: UUID,
    fields: AuthorFields,
    *,
    expected: Expected | None = None,
) -> Author:
    """Change what was sent. Raises NotFound, EditConflict, and like `create_author`."""
    actor.require(Permission.AUTHOR_WRITE)
    author = await _locked(session, author_id)
    values = await _checked(session, fields, author)
    if changes := revised(author, values, expected, kind=AUTHOR, actor=actor):
        author.sqlmodel_update({**changes, "updated_at": now()})
        await session.flush()
        await announce_change(session, Noun.AUTHOR, author_id)
    return author


async def delete_author(session: AsyncSession, actor: Actor, author_id: UUID) -> UUID:
    """Remove an author. Raises NotFound, or InUse while any version of an article names them."""
    actor.require(Permission.AUTHOR_WRITE)
    author = await _locked(session, author_id)
    await announce_leaving(session, Noun.AUTHOR, author_id)
    await session.delete(author)
    await session.flush()
    return author_id


@when_changed(Noun.ASSET)
async def pass_on_changed_avatar(session: AsyncSession, asset_id: UUID) -> None:
    """Whoever embeds an author embeds the avatar with them."""
    for author_id in await _authors_showing(session, asset_id, count_max=None):
        await announce_change(session, Noun.AUTHOR, author_id)


@when_leaving(Noun.ASSET)
async def keep_avatar(session: AsyncSession, asset_id: UUID) -> None:
    """An asset that is somebody's avatar stays. Raises InUse with up to ten of them."""
    used_by = [
        (Noun.AUTHOR.value, author_id)
        for author_id in await _authors_showing(session, asset_id, count_max=USES_NAMED_MAX)
    ]
    if used_by:
        raise InUse(
            "The picture is an author's avatar; give the author another one first.", "id", used_by=used_by
        )


async def _authors_showing(session: AsyncSession, asset_id: UUID, *, count_max: int | None) -> Sequence[UUID]:
    query = (
        select(col(Author.id))
        .where(col(Author.avatar_id) == asset_id)
        .order_by(col(Author.name), col(Author.id))
    )
    return (await session.scalars(query.limit(count_max))).all()


async def _locked(session: AsyncSession, author_id: UUID) -> Author:
    author = await session.get(Author, author_id, with_for_update=True)
    if author is None:
        raise NotFound("There is no such author.", "id")
    return author


async def _checked(session: AsyncSession, fields: AuthorFields, author: Author | None) -> dict[str, Any]:
    checks = Checks()
    values = cleaned(fields, _RULES, checks)
    if author is None and fields.name is UNSET:
        checks.add(Invalid("An author needs a name.", "name"))
    with checks.gather():
        values |= await _avatar(session, fields.avatar_id)
    checks.finish()
    name = values.get("name") or (author.name if author else "")
    values |= await slug_value(session, _TABLE, fields.slug, name=name, own_id=author.id if author else None)
    return values


async def _avatar(session: AsyncSession, avatar_id: Maybe[UUID | None]) -> dict[str, UUID | None]:
    if isinstance(avatar_id, Unset):
        return {}
    if avatar_id is not None:
        await get_ready_asset(session, avatar_id, "avatarId")
    return {"avatar_id": avatar_id}


def _links(value: Sequence[AuthorLink] | None) -> list[dict[str, str]]:
    links = value or ()
    if len(links) > LINKS_MAX:
        raise Invalid(f"An author has at most {LINKS_MAX} links; these are {len(links)}.", "links")
    return [
        {
            "label": clean_line(link.label, "links", str(index), "label", characters_max=100),
            "url": clean_url(link.url, "links", str(index), "url"),
        }
        for index, link in enumerate(links)
    ]


_RULES: Rules = {
    "name": lambda value: clean_line(value or "", "name", characters_max=200),
    "title": lambda value: optional_line(value, "title", characters_max=200),
    "bio": lambda value: optional_text(value, "bio", characters_max=10_000),
    "email": lambda value: check_email(value, "email"),
    "links": _links,
}
