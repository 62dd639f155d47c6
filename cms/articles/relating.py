"""Related links: an editor's own order of articles to read next. Every change is a version, seen by the public once it is published."""

import dataclasses
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import LockedArticle, check_version, lock_for_saving, save
from cms.articles.fields import RELATED_MAX, clean_note, clean_related
from cms.articles.inputs import RelatedLink
from cms.articles.kinds import RelationKind
from cms.articles.references import Reference, check_found, check_no_self_link
from cms.articles.versions import load_content
from cms.checks import Checks
from cms.errors import Invalid, NotFound
from cms.permissions import Actor


async def set_related(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    *,
    expected_version: int,
    links: Sequence[RelatedLink],
) -> None:
    """Replace the related links of an article, in order. Raises NotFound, VersionConflict, or Problems naming the links."""
    locked = await lock_for_saving(session, actor, article_id)
    check_version(locked, expected_version)
    checks = Checks()
    cleaned: Sequence[RelatedLink] = ()
    with checks.gather():
        cleaned = clean_related(links, "links")
    check_no_self_link(links, checks, "links", article_id=article_id)
    references = [
        Reference(tables.article, link.article_id, ("links", str(index), "articleId"))
        for index, link in enumerate(links)
    ]
    await check_found(session, references[:RELATED_MAX], checks)
    checks.finish()
    await _save(session, actor, locked, cleaned)


async def relate(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    to_id: UUID,
    *,
    kind: RelationKind = RelationKind.SEE_ALSO,
    note: str | None = None,
    position: int | None = None,
    expected_version: int | None = None,
) -> None:
    """Add one related link, at the position (0 is the first) or at the end. Raises NotFound, VersionConflict or Problems."""
    locked = await _locked(session, actor, article_id, expected_version)
    links = list((await load_content(session, locked.draft_version_id)).related)
    checks = Checks()
    with checks.gather():
        note = clean_note(note, "note")
    with checks.gather():
        _check_addition(links, article_id, to_id, position)
    await check_found(session, [Reference(tables.article, to_id, ("toId",))], checks)
    checks.finish()
    links.insert(len(links) if position is None else position, RelatedLink(to_id, kind, note))
    await _save(session, actor, locked, links)


async def unrelate(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    to_id: UUID,
    *,
    expected_version: int | None = None,
) -> None:
    """Take one related link away. Raises NotFound if there is none, or VersionConflict."""
    locked = await _locked(session, actor, article_id, expected_version)
    links = (await load_content(session, locked.draft_version_id)).related
    kept = [link for link in links if link.article_id != to_id]
    if len(kept) == len(links):
        raise NotFound("The article is not related to that one.", "toId")
    await _save(session, actor, locked, kept)


async def _locked(
    session: AsyncSession, actor: Actor, article_id: UUID, expected_version: int | None
) -> LockedArticle:
    # One link more or less overwrites nothing that others have saved, so the version matters to whoever says it.
    locked = await lock_for_saving(session, actor, article_id)
    if expected_version is not None:
        check_version(locked, expected_version)
    return locked


def _check_addition(
    links: Sequence[RelatedLink], article_id: UUID, to_id: UUID, position: int | None
) -> None:
    if to_id == article_id:
        raise Invalid("An article is not related to itself.", "toId")
    if any(link.article_id == to_id for link in links):
        raise Invalid("The article is related to that one already.", "toId")
    if len(links) >= RELATED_MAX:
        raise Invalid(f"The article has {RELATED_MAX} related links; more are not possible.", "toId")
    if position is not None and not 0 <= position <= len(links):
        raise Invalid(
            f"There are {len(links)} related links: a position is a number from 0 to {len(links)}.",
            "position",
        )


async def _save(
    session: AsyncSession, actor: Actor, locked: LockedArticle, links: Sequence[RelatedLink]
) -> None:
    before = await load_content(session, locked.draft_version_id)
    after = dataclasses.replace(before, related=tuple(links))
    await save(session, actor, locked, before, after, message=None)
