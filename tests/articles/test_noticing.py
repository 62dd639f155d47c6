"""Notices: what readers are told of an article, when it is published and while it stands."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import update_article
from cms.articles.entities import ARTICLE
from cms.articles.inputs import ArticleChanges
from cms.articles.kinds import NoticeKind
from cms.articles.noticing import NOTICES_MAX, NoticeFields, add_notice, remove_notice, update_notice
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.refreshing import compare_live
from cms.articles.workflow.withdrawing import withdraw_article
from cms.database import now
from cms.errors import Forbidden, Invalid, NotFound, Problems, Unauthenticated
from cms.ids import new_id, public_id
from cms.permissions import PUBLIC, SYSTEM, Role
from cms.perspective import DRAFT
from cms.reading.entities import Scope
from tests.factories import make_actor, make_article, make_published_article, version_number


def fields(**given: Any) -> NoticeFields:
    """A published correction, unless said otherwise."""
    usual: dict[str, Any] = {"kind": NoticeKind.CORRECTION, "text": "It was Tuesday.", "is_published": True}
    return NoticeFields(**{**usual, **given})


async def told(session: AsyncSession, article_id: UUID) -> tuple[list[str], list[str] | None]:
    """The texts that editors see, and those that the public does: None if it does not see the article."""
    drafts, live = ARTICLE.alias(Scope(DRAFT)), tables.live_article
    seen = (await session.scalars(select(drafts.c.notices).where(drafts.c.id == article_id))).one()
    public = await session.scalar(select(live.c.notices).where(live.c.id == article_id))
    assert await compare_live(session) == []
    texts = None if public is None else [notice["text"] for notice in public]
    return [notice["text"] for notice in seen], texts


async def test_a_published_notice_is_read_at_once_where_the_article_is_live(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    before = now()
    key = await add_notice(session, SYSTEM, article_id, fields(text="  It was Tuesday. "))
    assert await told(session, article_id) == (["It was Tuesday."], ["It was Tuesday."])
    (notice,) = (await session.scalars(select(tables.live_article.c.notices))).one()
    assert notice["created_at"] >= int(before.timestamp() * 1_000_000)
    del notice["created_at"]
    assert notice == {
        "id": public_id("notice", key),
        "kind": "CORRECTION",
        "text": "It was Tuesday.",
        "version": 1,
        "revision": 1,
        "is_published": True,
    }
    assert await version_number(session, article_id) == 1


async def test_one_that_waits_is_read_by_editors_alone(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    key = await add_notice(session, SYSTEM, article_id, fields(is_published=False))
    assert await told(session, article_id) == (["It was Tuesday."], [])
    await update_notice(session, SYSTEM, key, NoticeFields(is_published=True, text="It was Monday."))
    assert await told(session, article_id) == (["It was Monday."], ["It was Monday."])
    with pytest.raises(Invalid) as caught:
        await update_notice(session, SYSTEM, key, NoticeFields(is_published=False))
    assert caught.value.path == ["publish"]


async def test_a_notice_of_a_draft_is_read_when_that_is_published(session: AsyncSession) -> None:
    article_id = await make_article(session)
    await add_notice(session, SYSTEM, article_id, fields())
    assert await told(session, article_id) == (["It was Tuesday."], None)
    await publish_article(session, SYSTEM, article_id, expected_version=1)
    assert await told(session, article_id) == (["It was Tuesday."], ["It was Tuesday."])
    await unpublish_article(session, SYSTEM, article_id, expected_version=1)
    assert await told(session, article_id) == (["It was Tuesday."], None)


async def test_a_notice_goes_but_what_was_read_is_remembered(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    waiting = await add_notice(session, SYSTEM, article_id, fields(is_published=False))
    public = await add_notice(session, SYSTEM, article_id, fields())
    assert await remove_notice(session, SYSTEM, waiting) == article_id
    assert await remove_notice(session, SYSTEM, public) == article_id
    assert await told(session, article_id) == ([], [])
    (kept,) = (await session.execute(select(tables.notice))).all()
    assert (kept.id, kept.during.upper is None) == (public, False)
    for verb in (remove_notice(session, SYSTEM, public), update_notice(session, SYSTEM, public, fields())):
        with pytest.raises(NotFound) as caught:
            await verb
        assert caught.value.path == ["id"]


async def test_it_is_about_what_is_live_unless_another_version_is_named(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    changes = ArticleChanges(title="Other")
    await update_article(session, SYSTEM, article_id, expected_version=1, changes=changes)
    await add_notice(session, SYSTEM, article_id, fields())
    await add_notice(session, SYSTEM, article_id, fields(version=2, dated=now() - timedelta(days=3)))
    (found,) = (await session.scalars(select(tables.live_article.c.notices))).all()
    assert sorted(notice["version"] for notice in found) == [1, 2]


async def test_a_withdrawn_article_tells_its_notices_beside_the_reason(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    await add_notice(session, SYSTEM, article_id, fields(kind=NoticeKind.RETRACTION, text="We take it back."))
    await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason="It was made up.")
    stone = (await session.scalars(select(tables.live_tombstone.c.notices))).one()
    assert {(notice["kind"], notice["text"]) for notice in stone} == {
        ("RETRACTION", "We take it back."),
        ("WITHDRAWAL", "It was made up."),
    }
    assert await compare_live(session) == []


async def test_every_wrong_field_is_named(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    wrong = fields(kind=NoticeKind.WITHDRAWAL, text=" ", dated=now() + timedelta(days=1), version=7)
    with pytest.raises(Problems) as caught:
        await add_notice(session, SYSTEM, article_id, wrong)
    paths = [problem.path for problem in caught.value.problems]
    assert paths == [["kind"], ["text"], ["date"], ["version"]]
    with pytest.raises(NotFound) as missing:
        await add_notice(session, SYSTEM, new_id(), fields())
    assert missing.value.path == ["articleId"]
    assert await told(session, article_id) == ([], [])


async def test_there_is_an_end_to_notices(session: AsyncSession) -> None:
    article_id = await make_article(session)
    for _ in range(NOTICES_MAX):
        await add_notice(session, SYSTEM, article_id, fields(is_published=False))
    with pytest.raises(Invalid) as caught:
        await add_notice(session, SYSTEM, article_id, fields())
    assert caught.value.path == ["articleId"]


async def test_only_who_may_publish_the_article_may_add_to_it(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    key = await add_notice(session, SYSTEM, article_id, fields())
    for actor, error in (
        (PUBLIC, Unauthenticated),
        (await make_actor(session, Role.CONTRIBUTOR), Forbidden),
        (await make_actor(session, Role.AUTHOR), Forbidden),
    ):
        for verb in (
            add_notice(session, actor, article_id, fields()),
            update_notice(session, actor, key, fields(text="No.")),
            remove_notice(session, actor, key),
        ):
            with pytest.raises(error):
                await verb
    assert await told(session, article_id) == (["It was Tuesday."], ["It was Tuesday."])
    author = await make_actor(session, Role.AUTHOR)
    own = await make_published_article(session, author)
    await add_notice(session, author, own, fields())
    assert await told(session, own) == (["It was Tuesday."], ["It was Tuesday."])
