"""A translation knows the words that it was made from, and links lead to what a reader of its locale can read."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.entities import ARTICLE, RELATED
from cms.articles.inputs import ArticleChanges, NewArticle, RelatedLink
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.refreshing import compare_live
from cms.articles.translating import create_translation, mark_up_to_date
from cms.errors import Forbidden, Invalid, NotFound, Unauthenticated
from cms.ids import new_id
from cms.permissions import PUBLIC, SYSTEM, Role
from cms.perspective import DRAFT
from cms.reading.entities import Scope
from tests.factories import make_actor, make_article, make_published_article, make_tag, version_number


async def publish(session: AsyncSession, article_id: UUID) -> None:
    number = await version_number(session, article_id)
    await publish_article(session, SYSTEM, article_id, expected_version=number)


async def save(session: AsyncSession, article_id: UUID, **fields: Any) -> None:
    number = await version_number(session, article_id)
    changes = ArticleChanges(**fields)
    await update_article(session, SYSTEM, article_id, expected_version=number, changes=changes)


async def is_outdated(session: AsyncSession, article_id: UUID) -> tuple[bool, bool | None]:
    """As editors see it, and as the public does: None if it does not see the article."""
    drafts, live = ARTICLE.alias(Scope(DRAFT)), tables.live_article
    seen = (await session.scalars(select(drafts.c.is_outdated).where(drafts.c.id == article_id))).one()
    public = await session.scalar(select(live.c.is_outdated).where(live.c.id == article_id))
    assert await compare_live(session) == []
    return seen, public


async def test_a_translation_is_outdated_when_its_source_has_other_words(session: AsyncSession) -> None:
    source = await make_published_article(session, body="The river.")
    translation = await create_translation(session, SYSTEM, source, "fr", title="Le fleuve")
    await publish(session, translation)
    assert await is_outdated(session, translation) == (False, False)
    await save(session, source, tag_ids=[await make_tag(session)])
    await publish(session, source)
    assert await is_outdated(session, translation) == (False, False)
    await save(session, source, body="The river runs.")
    assert await is_outdated(session, translation) == (True, False)
    await publish(session, source)
    assert await is_outdated(session, translation) == (True, True)
    await save(session, source, body="The river.")
    assert await is_outdated(session, translation) == (False, True)
    assert await is_outdated(session, source) == (False, False)


@pytest.mark.parametrize("field", ["title", "subtitle", "excerpt"])
async def test_each_text_counts(session: AsyncSession, field: str) -> None:
    source = await make_article(session)
    translation = await create_translation(session, SYSTEM, source, "fr")
    await save(session, source, **{field: "Other words"})
    assert await is_outdated(session, translation) == (True, None)


async def test_what_was_translated_from_a_draft_is_not_outdated_before_that_is_live(
    session: AsyncSession,
) -> None:
    source = await make_published_article(session)
    await save(session, source, title="A river ran")
    translation = await create_translation(session, SYSTEM, source, "fr")
    await publish(session, translation)
    assert await is_outdated(session, translation) == (False, False)
    await publish(session, source)
    assert await is_outdated(session, translation) == (False, False)


async def test_the_public_does_not_hear_of_a_source_that_is_not_published(session: AsyncSession) -> None:
    source = await make_article(session)
    translation = await create_translation(session, SYSTEM, source, "fr")
    await publish(session, translation)
    await save(session, source, title="A river ran")
    assert await is_outdated(session, translation) == (True, False)
    named = select(tables.live_article.c.translated_from_id)
    assert (await session.scalars(named)).all() == [None]
    await publish(session, source)
    assert await is_outdated(session, translation) == (True, True)
    await unpublish_article(session, SYSTEM, source, expected_version=2)
    assert await is_outdated(session, translation) == (True, False)
    await delete_article(session, SYSTEM, source)
    assert await is_outdated(session, translation) == (False, False)


async def test_a_translation_that_has_caught_up_is_outdated_no_more(session: AsyncSession) -> None:
    source = await make_published_article(session)
    translation = await create_translation(session, SYSTEM, source, "fr")
    await publish(session, translation)
    await save(session, source, title="A river ran")
    await publish(session, source)
    await mark_up_to_date(session, SYSTEM, translation)
    assert await is_outdated(session, translation) == (False, False)
    assert await version_number(session, translation) == 1
    await mark_up_to_date(session, SYSTEM, translation, source_version=1)
    assert await is_outdated(session, translation) == (True, True)


async def test_any_sibling_can_be_the_source(session: AsyncSession) -> None:
    one = await make_article(session)
    other = await create_article(session, SYSTEM, NewArticle(title="Fleuve", locale="fr", translation_of=one))
    assert await is_outdated(session, other) == (False, None)
    await mark_up_to_date(session, SYSTEM, other, source_id=one)
    await save(session, one, title="A river ran")
    assert await is_outdated(session, other) == (True, None)


async def test_what_cannot_be_a_source_is_refused(session: AsyncSession) -> None:
    one, stranger = await make_article(session), await make_article(session)
    wanted: list[tuple[dict[str, Any], type[Exception], list[str]]] = [
        ({}, Invalid, ["sourceId"]),
        ({"source_id": stranger}, Invalid, ["sourceId"]),
        ({"source_id": one}, Invalid, ["sourceId"]),
        ({"source_id": new_id()}, NotFound, ["sourceId"]),
    ]
    for how, error, path in wanted:
        with pytest.raises(error) as caught:
            await mark_up_to_date(session, SYSTEM, one, **how)
        assert caught.value.path == path  # pyright: ignore[reportAttributeAccessIssue]  (both are problems)
    translation = await create_translation(session, SYSTEM, one, "fr")
    with pytest.raises(NotFound) as missing:
        await mark_up_to_date(session, SYSTEM, translation, source_version=9)
    assert missing.value.path == ["sourceVersion"]
    with pytest.raises(Unauthenticated):
        await mark_up_to_date(session, PUBLIC, translation)
    with pytest.raises(Forbidden):
        await mark_up_to_date(session, await make_actor(session, Role.CONTRIBUTOR), translation)


class Pair:
    """A piece in English and French."""

    def __init__(self, en: UUID, fr: UUID) -> None:
        self.en, self.fr = en, fr


async def make_pair(session: AsyncSession, **fields: Any) -> Pair:
    en = await make_article(session, **fields)
    return Pair(en, await create_translation(session, SYSTEM, en, "fr"))


async def related_of(session: AsyncSession, article_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """Where the links lead, as editors see them and as the public does."""
    drafts, live = RELATED.alias(Scope(DRAFT)), tables.live_related
    seen = select(drafts.c.article_id).where(drafts.c.owner_id == article_id).order_by(drafts.c.position)
    public = select(live.c.article_id).where(live.c.live_id == article_id).order_by(live.c.position)
    assert await compare_live(session) == []
    return list((await session.scalars(seen)).all()), list((await session.scalars(public)).all())


async def test_related_links_lead_to_the_translation_where_it_is_live(session: AsyncSession) -> None:
    other = await make_pair(session)
    piece = await make_pair(session, related=[RelatedLink(other.en)])
    await publish(session, piece.fr)
    assert await related_of(session, piece.fr) == ([other.fr], [])
    await publish(session, other.en)
    assert await related_of(session, piece.fr) == ([other.fr], [other.en])
    await publish(session, other.fr)
    assert await related_of(session, piece.fr) == ([other.fr], [other.fr])
    await publish(session, piece.en)
    assert await related_of(session, piece.en) == ([other.en], [other.en])
    await unpublish_article(session, SYSTEM, other.en, expected_version=1)
    assert await related_of(session, piece.fr) == ([other.fr], [other.fr])
    assert await related_of(session, piece.en) == ([other.en], [])
    await unpublish_article(session, SYSTEM, other.fr, expected_version=1)
    assert await related_of(session, piece.fr) == ([other.fr], [])
    await publish(session, other.fr)
    await delete_article(session, SYSTEM, other.fr)
    assert await related_of(session, piece.fr) == ([other.en], [])


async def test_two_links_that_lead_to_one_article_are_one(session: AsyncSession) -> None:
    other = await make_pair(session)
    last = await make_published_article(session)
    links = [RelatedLink(other.fr), RelatedLink(other.en), RelatedLink(last)]
    article_id = await make_published_article(session, related=links)
    await publish(session, other.fr)
    assert await related_of(session, article_id) == ([other.en, last], [other.fr, last])
    await publish(session, other.en)
    assert await related_of(session, article_id) == ([other.en, last], [other.en, last])


async def test_an_article_that_names_its_own_translation_leads_there_and_not_to_itself(
    session: AsyncSession,
) -> None:
    piece = await make_pair(session)
    await save(session, piece.en, related=[RelatedLink(piece.fr)])
    await publish(session, piece.fr)
    await publish(session, piece.en)
    assert await related_of(session, piece.en) == ([piece.fr], [piece.fr])
