"""Telling readers what became of an article: notices, which belong to the article and not to one of its versions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import LockedArticle, lock_article
from cms.articles.fields import TEXT_CHARACTERS_MAX
from cms.articles.kinds import NoticeKind
from cms.articles.refreshing import refresh_live
from cms.changes import UNSET, Maybe, Unset
from cms.checks import Checks
from cms.database import now
from cms.errors import Invalid, NotFound
from cms.ids import new_id, public_id
from cms.permissions import Actor, Permission
from cms.revisions import Expected, Kind, revised
from cms.texts import optional_text

NOTICES_MAX = 50
NOTICE = Kind(
    "notice",
    names={"dated": "date", "during": "publish"},
    words={"during": lambda during: "true" if during else "false"},
    counter="revision",
)


@dataclass(frozen=True, kw_only=True)
class NoticeFields:
    """The fields of a notice that were sent."""

    kind: Maybe[NoticeKind] = UNSET
    text: Maybe[str] = UNSET
    dated: Maybe[datetime] = UNSET
    version: Maybe[int] = UNSET
    is_published: Maybe[bool] = UNSET


async def add_notice(session: AsyncSession, actor: Actor, article_id: UUID, fields: NoticeFields) -> UUID:
    """Add a notice; the public reads it at once if it is published and the article is live. Without a version, it is about what is live.

    Answers the notice's id. Raises NotFound or Problems.
    """
    locked = await _lock(session, actor, article_id, "articleId")
    values = await _cleaned(session, locked, fields)
    await _check_room(session, article_id)
    moment, key = now(), new_id()
    row = {
        "id": key,
        "article_id": article_id,
        "dated": moment,
        "version": await _version_shown(session, locked),
        "created_by": actor.id,
        "actor_name": actor.name,
        "created_at": moment,
        "updated_at": moment,
    }
    during = _published(moment) if fields.is_published is True else None
    await session.execute(insert(tables.notice).values(**{**row, **values, "during": during}))
    await refresh_live(session, [article_id])
    return key


async def update_notice(
    session: AsyncSession,
    actor: Actor,
    notice_id: UUID,
    fields: NoticeFields,
    *,
    expected: Expected | None = None,
) -> UUID:
    """Change what was sent, for readers at once; answers the article's id. Raises NotFound, EditConflict or Problems."""
    found = await _find(session, actor, notice_id)
    locked = await _lock(session, actor, found.article_id, "id")
    found = await _find(session, actor, notice_id)
    values: dict[str, Any] = await _cleaned(session, locked, fields)
    if fields.is_published is False and found.during is not None:
        raise Invalid("The public reads the notice already; remove it if it should not.", "publish")
    if fields.is_published is True and found.during is None:
        values["during"] = _published(now())
    about = ("article", locked.id)
    if changes := revised(found, values, expected, kind=NOTICE, actor=actor, about=about):
        changes["updated_at"] = now()
        await session.execute(update(tables.notice).where(tables.notice.c.id == notice_id).values(**changes))
        await refresh_live(session, [locked.id])
    return locked.id


async def remove_notice(session: AsyncSession, actor: Actor, notice_id: UUID) -> UUID:
    """Take a notice away; answers the article's id. What the public has read stays known to a look at that time. Raises NotFound."""
    found = await _find(session, actor, notice_id)
    await _lock(session, actor, found.article_id, "id")
    found = await _find(session, actor, notice_id)
    notice = tables.notice
    if found.during is None:
        await session.execute(delete(notice).where(notice.c.id == notice_id))
    else:
        ended = func.tstzrange(func.lower(notice.c.during), func.greatest(now(), func.lower(notice.c.during)))
        changes = {"during": ended, "updated_at": now()}
        await session.execute(update(notice).where(notice.c.id == notice_id).values(**changes))
    await refresh_live(session, [found.article_id])
    return found.article_id


async def _lock(session: AsyncSession, actor: Actor, article_id: UUID, *path: str) -> LockedArticle:
    return await lock_article(
        session,
        actor,
        article_id,
        *path,
        all_permission=Permission.ARTICLE_PUBLISH,
        own_permission=Permission.ARTICLE_PUBLISH_OWN,
    )


async def _find(session: AsyncSession, actor: Actor, notice_id: UUID) -> Any:
    """The notice, unless it was removed."""
    if not actor.may(Permission.ARTICLE_PUBLISH_OWN):
        # Whoever could not do it to any article does not learn which notices there are.
        actor.require(Permission.ARTICLE_PUBLISH)
    notice = tables.notice
    stands = notice.c.during.is_(None) | func.upper_inf(notice.c.during)
    found = (await session.execute(select(notice).where(notice.c.id == notice_id, stands))).one_or_none()
    if found is None:
        raise NotFound(f"There is no notice “{public_id('notice', notice_id)}”.", "id")
    return found


async def _cleaned(session: AsyncSession, locked: LockedArticle, fields: NoticeFields) -> dict[str, Any]:
    checks, values = Checks(), dict[str, Any]()
    if not isinstance(fields.kind, Unset):
        with checks.gather():
            values["kind"] = _kind(fields.kind)
    if not isinstance(fields.text, Unset):
        with checks.gather():
            values["text"] = _text(fields.text)
    if not isinstance(fields.dated, Unset):
        with checks.gather():
            values["dated"] = _date(fields.dated)
    if not isinstance(fields.version, Unset):
        with checks.gather():
            values["version"] = await _version(session, locked.id, fields.version)
    checks.finish()
    return values


def _kind(kind: NoticeKind) -> NoticeKind:
    if kind is NoticeKind.WITHDRAWAL:
        raise Invalid("A withdrawal is what withdrawArticle does; a notice can be of any other kind.", "kind")
    return kind


def _text(text: str) -> str:
    cleaned = optional_text(text, "text", characters_max=TEXT_CHARACTERS_MAX)
    if cleaned is None:
        raise Invalid("“text” is blank; it is what readers are told.", "text")
    return cleaned


def _date(moment: datetime) -> datetime:
    if moment.tzinfo is None or moment > now():
        raise Invalid("This must be a time in the past, with its zone.", "date")
    return moment


async def _version(session: AsyncSession, article_id: UUID, number: int) -> int:
    version = tables.version
    query = select(version.c.id).where(version.c.article_id == article_id, version.c.number == number)
    if await session.scalar(query) is None:
        raise NotFound(f"The article has no version {number}.", "version")
    return number


async def _version_shown(session: AsyncSession, locked: LockedArticle) -> int:
    version = tables.version
    shown = locked.live_version_id or locked.draft_version_id
    return (await session.scalars(select(version.c.number).where(version.c.id == shown))).one()


async def _check_room(session: AsyncSession, article_id: UUID) -> None:
    notice = tables.notice
    stands = notice.c.during.is_(None) | func.upper_inf(notice.c.during)
    query = select(func.count()).where(notice.c.article_id == article_id, stands)
    if (await session.scalars(query)).one() >= NOTICES_MAX:
        raise Invalid(f"The article has {NOTICES_MAX} notices; more are not possible.", "articleId")


def _published(moment: datetime) -> Range[datetime]:
    return Range(moment, None, bounds="[)")
