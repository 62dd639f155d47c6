"""Who may do what to an article; what is refused changes nothing."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.creating import create_article
from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, NewArticle, RelatedLink
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.relating import relate, set_related, unrelate
from cms.database import metadata, now
from cms.errors import Forbidden, Unauthenticated
from cms.ids import new_id
from cms.permissions import PUBLIC, Actor, Role
from tests.factories import make_actor, make_article, make_published_article

Verb = Callable[[AsyncSession, Actor, UUID, UUID], Awaitable[Any]]
VERBS: dict[str, Verb] = {
    "update": lambda session, actor, own, _: update_article(
        session, actor, own, expected_version=2, changes=ArticleChanges(title="Other")
    ),
    "set related": lambda session, actor, own, other: set_related(
        session, actor, own, expected_version=2, links=[RelatedLink(other, note="Why")]
    ),
    "relate": lambda session, actor, own, _: relate(session, actor, own, new_id()),
    "unrelate": unrelate,
    "publish": lambda session, actor, own, _: publish_article(session, actor, own, expected_version=2),
    "unpublish": lambda session, actor, own, _: unpublish_article(session, actor, own, expected_version=2),
    "delete": lambda session, actor, own, _: delete_article(session, actor, own),
}
OWNERS_ENOUGH = {
    "update": {Role.CONTRIBUTOR, Role.AUTHOR},
    "set related": {Role.CONTRIBUTOR, Role.AUTHOR},
    "unrelate": {Role.CONTRIBUTOR, Role.AUTHOR},
    "publish": {Role.AUTHOR},
    "unpublish": {Role.AUTHOR},
    "delete": {Role.AUTHOR},
}


async def snapshot(session: AsyncSession) -> dict[str, str | None]:
    """A fingerprint of each table's rows."""
    return {name: await _fingerprint(session, table) for name, table in metadata.tables.items()}


async def _fingerprint(session: AsyncSession, table: Table) -> str | None:
    rows: Any = literal_column(f'"{table.name}"::text')
    return await session.scalar(
        select(func.md5(func.string_agg(rows, literal_column(f"'|' ORDER BY {rows}")))).select_from(table)
    )


async def scene(session: AsyncSession, owner: Actor) -> tuple[UUID, UUID]:
    """A published article of the owner, with a newer draft that is related to another article."""
    other = await make_article(session)
    own = await make_published_article(session, await make_actor(session, Role.ADMIN))
    await session.execute(
        metadata.tables["article"]
        .update()
        .where(metadata.tables["article"].c.id == own)
        .values(created_by=owner.id)
    )
    await relate(session, await make_actor(session, Role.ADMIN), own, other)
    return own, other


@pytest.mark.parametrize("name", list(VERBS))
async def test_the_public_may_do_nothing(session: AsyncSession, name: str) -> None:
    own, other = await scene(session, PUBLIC)
    before = await snapshot(session)
    with pytest.raises(Unauthenticated):
        await VERBS[name](session, PUBLIC, own, other)
    assert await snapshot(session) == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR, Role.AUTHOR])
@pytest.mark.parametrize("name", list(VERBS))
async def test_what_somebody_else_wrote_is_for_editors(session: AsyncSession, name: str, role: Role) -> None:
    actor = await make_actor(session, role)
    own, other = await scene(session, await make_actor(session, Role.AUTHOR))
    before = await snapshot(session)
    with pytest.raises(Forbidden):
        await VERBS[name](session, actor, own, other)
    assert await snapshot(session) == before


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR, Role.AUTHOR])
@pytest.mark.parametrize("name", list(OWNERS_ENOUGH))
async def test_what_one_wrote_is_ones_own_as_far_as_the_role_goes(
    session: AsyncSession, name: str, role: Role
) -> None:
    actor = await make_actor(session, role)
    own, other = await scene(session, actor)
    before = await snapshot(session)
    if role in OWNERS_ENOUGH[name]:
        await VERBS[name](session, actor, own, other)
        assert await snapshot(session) != before
    else:
        with pytest.raises(Forbidden):
            await VERBS[name](session, actor, own, other)
        assert await snapshot(session) == before


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN])
@pytest.mark.parametrize("name", list(OWNERS_ENOUGH))
async def test_editors_may_do_everything_to_everybodys(session: AsyncSession, name: str, role: Role) -> None:
    own, other = await scene(session, await make_actor(session, Role.AUTHOR))
    actor = await make_actor(session, role)
    before = await snapshot(session)
    await VERBS[name](session, actor, own, other)
    assert await snapshot(session) != before


async def test_who_may_write_a_new_article(session: AsyncSession) -> None:
    viewer = await make_actor(session, Role.VIEWER)
    before = await snapshot(session)
    with pytest.raises(Unauthenticated):
        await create_article(session, PUBLIC, NewArticle(title="A"))
    with pytest.raises(Forbidden):
        await create_article(session, viewer, NewArticle(title="A"))
    assert await snapshot(session) == before
    for role in (Role.CONTRIBUTOR, Role.AUTHOR, Role.EDITOR, Role.ADMIN):
        await create_article(session, await make_actor(session, role), NewArticle(title="A"))


async def test_only_who_publishes_everything_sets_the_times_of_an_import(session: AsyncSession) -> None:
    author = await make_actor(session, Role.AUTHOR)
    own = await make_article(session, author)
    before = await snapshot(session)
    with pytest.raises(Forbidden):
        await create_article(session, author, NewArticle(title="A", created_at=now()))
    with pytest.raises(Forbidden):
        await publish_article(session, author, own, expected_version=1, published_at=now())
    assert await snapshot(session) == before


async def test_who_may_do_it_to_no_article_does_not_learn_which_there_are(session: AsyncSession) -> None:
    viewer = await make_actor(session, Role.VIEWER)
    for actor, error in ((PUBLIC, Unauthenticated), (viewer, Forbidden)):
        with pytest.raises(error):
            await delete_article(session, actor, new_id())
