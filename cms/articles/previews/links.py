"""What can be done with preview links: make one, and revoke it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from cms.accounts.secrets import digest_of
from cms.articles import tables
from cms.articles.addresses import article_path
from cms.articles.editing import LockedArticle, lock_article
from cms.articles.previews.models import PreviewLink
from cms.articles.previews.tokens import new_token
from cms.database import now
from cms.errors import Invalid, NotFound
from cms.ids import new_id
from cms.permissions import Actor, Permission
from cms.signing import SigningKey
from cms.texts import optional_line

SECONDS_DEFAULT = 86_400
SECONDS_MIN = 60
LINKS_EACH_MAX = 50
NOTE_CHARACTERS_MAX = 200


@dataclass(frozen=True)
class PreviewLinkFields:
    """What a preview link is to be like: for how many seconds it is good, and for whom it is."""

    seconds: int | None = None
    note: str | None = None


class MadeLink(NamedTuple):
    """A new link, its token, which is told only here, and where the draft is with it on the site, if that has a URL."""

    link: PreviewLink
    token: str
    url: str | None


async def create_preview_link(
    session: AsyncSession,
    actor: Actor,
    key: SigningKey,
    article_id: UUID,
    fields: PreviewLinkFields,
    *,
    seconds_max: int,
) -> MadeLink:
    """Make a link to the draft of the article; whoever shows its token reads that draft. Links of the article that are over are cleared away.

    Raises Forbidden, NotFound, or Invalid for a time that is too short or too long, a long note, or too many links.
    """
    locked = await _locked(session, actor, article_id, "articleId")
    seconds = _checked_seconds(fields.seconds, seconds_max)
    note = optional_line(fields.note, "note", characters_max=NOTE_CHARACTERS_MAX)
    await _make_room(session, article_id)
    token = new_token(key)
    link = PreviewLink(
        id=new_id(),
        article_id=article_id,
        token_sha256=digest_of(token),
        note=note,
        created_by=actor.id,
        actor_name=actor.name[:200],
        expires_at=now() + timedelta(seconds=seconds),
    )
    session.add(link)
    await session.flush()
    return MadeLink(link, token, await _url(session, locked, token))


async def revoke_preview_link(session: AsyncSession, actor: Actor, link_id: UUID) -> None:
    """Make a link useless from now on, in every process. Raises Forbidden, NotFound."""
    _require_either(actor)
    link = await session.get(PreviewLink, link_id)
    if link is None:
        raise NotFound("There is no such preview link.", "id")
    await _locked(session, actor, link.article_id, "id")
    await session.execute(delete(PreviewLink).where(col(PreviewLink.id) == link_id))


def _require_either(actor: Actor) -> None:
    if not actor.may(Permission.ARTICLE_PREVIEW_OWN):
        actor.require(Permission.ARTICLE_PREVIEW)


async def _locked(session: AsyncSession, actor: Actor, article_id: UUID, *path: str) -> LockedArticle:
    return await lock_article(
        session,
        actor,
        article_id,
        *path,
        all_permission=Permission.ARTICLE_PREVIEW,
        own_permission=Permission.ARTICLE_PREVIEW_OWN,
    )


def _checked_seconds(seconds: int | None, seconds_max: int) -> int:
    if seconds is None:
        return min(SECONDS_DEFAULT, seconds_max)
    if not SECONDS_MIN <= seconds <= seconds_max:
        told = f"expiresIn is {seconds} seconds; allowed is {SECONDS_MIN} to {seconds_max}."
        raise Invalid(told, "expiresIn")
    return seconds


async def _make_room(session: AsyncSession, article_id: UUID) -> None:
    """Clear away the links that are over. Raises Invalid if those that are not are as many as may be."""
    link = tables.preview_link
    is_over = link.c.expires_at <= func.now()
    await session.execute(delete(link).where(link.c.article_id == article_id, is_over))
    count = await session.scalar(
        select(func.count()).select_from(link).where(link.c.article_id == article_id)
    )
    if (count or 0) >= LINKS_EACH_MAX:
        told = f"The article has {count} preview links already, and {LINKS_EACH_MAX} are allowed. Revoke one first."
        raise Invalid(told, "articleId")


async def _url(session: AsyncSession, locked: LockedArticle, token: str) -> str | None:
    site, version = tables.site, tables.version
    slug = select(version.c.slug).where(version.c.id == locked.draft_version_id).scalar_subquery()
    row = (await session.execute(select(site.c.url, site.c.article_path, slug.label("slug")))).one()
    if row.url is None:
        return None
    return f"{row.url.rstrip('/')}{article_path(row.article_path, locked.locale, row.slug)}?preview={token}"
