"""Saving: every save is a new version, and only one of two writers at once wins."""

import dataclasses
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.bodies import derive_content
from cms.articles.content import Content, changed_fields
from cms.articles.fields import clean_fields, clean_message
from cms.articles.inputs import ArticleChanges
from cms.articles.limits import require_within_limits, require_within_limits_of_article
from cms.articles.merging import changed_parts, clashes_of, merged, wanted_parts
from cms.articles.references import NOTHING_KNOWN, Kept, check_references
from cms.articles.slugs import check_slug_is_free, free_slug, release_slug, reserve_slug, slug_from_title
from cms.articles.versions import load_content, write_version
from cms.articles.workflow.saving import move_on_saving
from cms.changes import Unset
from cms.checks import Checks
from cms.database import now
from cms.errors import NotFound, VersionConflict
from cms.ids import new_id, public_id
from cms.insertion import change_row
from cms.permissions import Actor, Permission
from cms.prepared import Prepared
from cms.slugs import check_slug

BODY_CHARACTERS_MAX = 1_000_000
LockedArticle = Row[Any]
# NO KEY UPDATE, so that whoever merely links to the article need not wait.
_LOCK = Prepared(
    select(tables.article).where(tables.article.c.id == bindparam("key")).with_for_update(key_share=True)
)


async def update_article(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    *,
    expected_version: int,
    changes: ArticleChanges,
    body_characters_max: int = BODY_CHARACTERS_MAX,
    merge: bool = False,
) -> None:
    """Save the fields that were sent as a new version; none if they change nothing.

    If somebody has saved since the expected version, the changes are merged on demand: that is, where they are of other fields.
    Raises NotFound, VersionConflict, or Problems that name every field that breaks a rule.
    """
    locked = await lock_for_saving(session, actor, article_id)
    theirs = base = await load_content(session, locked.draft_version_id)
    if locked.version != expected_version:
        base = await _base(session, locked, expected_version, changes, theirs, merge=merge)
    mine, message = await changed_content(
        session,
        base,
        changes,
        locale=locked.locale,
        article_id=article_id,
        body_characters_max=body_characters_max,
    )
    await save(session, actor, locked, theirs, merged(base, mine, theirs), message=message)


async def _base(
    session: AsyncSession,
    locked: LockedArticle,
    expected_version: int,
    changes: ArticleChanges,
    theirs: Content,
    *,
    merge: bool,
) -> Content:
    """The content that the caller has read, if the changes may be merged. Raises VersionConflict with both sides if not."""
    version = tables.version
    query = select(version.c.id).where(
        version.c.article_id == locked.id, version.c.number == expected_version
    )
    base_id = await session.scalar(query)
    base = None if base_id is None else await load_content(session, base_id)
    clashes = clashes_of(base, wanted_parts(changes, base or theirs, locked.id), theirs)
    if base is not None and merge and not clashes:
        return base
    fields = ", ".join(clash.field for clash in clashes)
    raise VersionConflict(
        f"The article is at version {locked.version}, not {expected_version}: somebody saved in between"
        f"{f', and changed what you change: {fields}' if fields else ''}. Read it again, then save.",
        "expectedVersion",
        article_id=locked.id,
        expected_version=expected_version,
        changed=None if base is None else changed_parts(base, theirs),
        clashes=clashes,
    )


async def lock_for_saving(session: AsyncSession, actor: Actor, article_id: UUID, *path: str) -> LockedArticle:
    """The article, kept from other writers until the transaction ends. Raises Forbidden unless the actor may save it, NotFound."""
    return await lock_article(
        session,
        actor,
        article_id,
        *path,
        all_permission=Permission.ARTICLE_UPDATE,
        own_permission=Permission.ARTICLE_UPDATE_OWN,
    )


async def lock_article(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    *path: str,
    all_permission: Permission,
    own_permission: Permission,
) -> LockedArticle:
    """The article, kept from other writers, for an actor who may do the thing to it. Raises Unauthenticated, Forbidden or NotFound."""
    if not actor.may(own_permission):
        # Whoever could not do it to any article does not learn which articles there are.
        actor.require(all_permission)
    locked: LockedArticle | None = next(iter(await _LOCK.rows(session, {"key": article_id})), None)
    if locked is None:
        raise NotFound(f"There is no article “{public_id('article', article_id)}”.", *(path or ("id",)))
    actor.require_for(locked.created_by, all_permission=all_permission, own_permission=own_permission)
    await require_within_limits_of_article(session, actor, locked)
    return locked


def check_version(locked: LockedArticle, expected_version: int) -> None:
    """Raise VersionConflict unless the article still is at the version that the caller has read."""
    if locked.version != expected_version:
        raise VersionConflict(
            f"The article is at version {locked.version}, not {expected_version}: somebody saved in between. Read it again, then save.",
            "expectedVersion",
            article_id=locked.id,
            expected_version=expected_version,
        )


async def save(
    session: AsyncSession,
    actor: Actor,
    locked: LockedArticle,
    before: Content,
    after: Content,
    *,
    message: str | None,
) -> None:
    """Write the next version of a locked article, unless nothing has changed. Raises SlugTaken if somebody took the slug meanwhile."""
    changed = changed_fields(before, after)
    if not changed:
        return
    await require_within_limits(session, actor, {after.section_id})
    if after.slug != before.slug:
        await reserve_slug(session, locked.locale, after.slug, locked.id)
        await release_slug(session, locked.locale, before.slug, locked.id)
    number, version_id = locked.version + 1, new_id()
    await write_version(
        session,
        actor,
        after,
        version_id,
        article_id=locked.id,
        number=number,
        locale=locked.locale,
        changed=changed,
        message=message,
    )
    status = await move_on_saving(session, actor, locked, version_id, number)
    changes = {"draft_version_id": version_id, "version": number, "status": status, "updated_at": now()}
    await change_row(session, tables.article, locked.id, changes)


async def changed_content(
    session: AsyncSession,
    before: Content,
    changes: ArticleChanges,
    *,
    locale: str,
    article_id: UUID,
    body_characters_max: int,
    known: Kept = NOTHING_KNOWN,
) -> tuple[Content, str | None]:
    """The content with what was sent, and the cleaned message. Raises Problems that name every field that breaks a rule.

    Of the rows that are named, those that are `known` are not looked up again.
    """
    checks = Checks()
    cleaned = clean_fields(changes, before.seo, checks)
    message = None
    with checks.gather():
        message = clean_message(changes.message)
    if not isinstance(changes.body, Unset) or before.body is None:
        markdown = "" if isinstance(changes.body, Unset) else changes.body
        with checks.gather():
            cleaned["body"] = await derive_content(
                markdown, locale=locale, characters_max=body_characters_max
            )
    await check_references(session, cleaned, checks, article_id=article_id, known=known)
    title: str = cleaned.get("title", before.title)
    with checks.gather():
        cleaned["slug"] = await _slug(
            session, before, changes, title=title, locale=locale, article_id=article_id
        )
    checks.finish()
    return dataclasses.replace(before, **cleaned), message


def is_slug_derived(changes: ArticleChanges, before: Content) -> bool:
    """Whether the slug is made from the title: on request, or because there is none yet."""
    return changes.slug is None or (isinstance(changes.slug, Unset) and not before.slug)


async def _slug(
    session: AsyncSession,
    before: Content,
    changes: ArticleChanges,
    *,
    title: str,
    locale: str,
    article_id: UUID,
) -> str:
    if is_slug_derived(changes, before):
        wanted = slug_from_title(title, article_id)
        # Whether a new article gets it turns out when it is written.
        return await free_slug(session, locale, wanted, article_id) if before.slug else wanted
    if isinstance(changes.slug, Unset) or changes.slug is None:
        return before.slug
    slug = check_slug(changes.slug, "slug")
    if slug != before.slug:
        await check_slug_is_free(session, locale, slug, article_id)
    return slug
