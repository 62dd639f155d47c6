"""The first version of an article."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.creating import create_article
from cms.articles.inputs import BylineEntry, Cover, Disclosure, NewArticle, RelatedLink, SeoChanges
from cms.articles.kinds import ArticleKind, BylineRole, DisclosureKind, RelationKind
from cms.articles.versions import load_content
from cms.errors import Problems
from cms.ids import new_id
from cms.permissions import SYSTEM, Role
from tests.factories import make_actor, make_article, make_asset, make_author, make_section, make_tag

NOWHERE = UUID("01980000-0000-7000-8000-000000000000")


async def content_of(session: AsyncSession, article_id: UUID) -> Any:
    """The content of an article's draft."""
    version_id = await session.scalar(
        select(tables.article.c.draft_version_id).where(tables.article.c.id == article_id)
    )
    assert version_id is not None
    return await load_content(session, version_id)


async def problems_of(session: AsyncSession, **fields: Any) -> list[tuple[str, list[str]]]:
    """The codes and paths of what is wrong with a new article."""
    with pytest.raises(Problems) as refusal:
        await make_article(session, **fields)
    return [(problem.code, problem.path) for problem in refusal.value.problems]


async def test_an_article_is_a_draft_of_version_1_in_the_default_locale(session: AsyncSession) -> None:
    actor = await make_actor(session, Role.CONTRIBUTOR)
    article_id = await make_article(session, actor)
    row = (await session.execute(select(tables.article).where(tables.article.c.id == article_id))).one()
    assert (row.status, row.version, row.locale, row.live_version_id, row.published_at) == (
        "DRAFT",
        1,
        "en",
        None,
        None,
    )
    assert row.created_by == actor.id
    assert row.translation_group_id == article_id


async def test_everything_that_was_sent_is_kept(session: AsyncSession) -> None:
    author, tag, section = await make_author(session), await make_tag(session), await make_section(session)
    asset, other = await make_asset(session), await make_article(session)
    article_id = await make_article(
        session,
        kind=ArticleKind.ANALYSIS,
        title="  Two\n words ",
        subtitle="Below",
        excerpt="In short",
        body=f"# One\n\n![x](asset:asset_{asset.hex}) and [that](article:article_{other.hex})",
        section_id=section,
        cover=Cover(asset, alt="A bend", caption=" ", credit="Ada"),
        byline=[BylineEntry(author), BylineEntry(author, BylineRole.EDITOR)],
        tag_ids=[tag],
        related=[RelatedLink(other, RelationKind.BACKGROUND, "Read first")],
        seo=SeoChanges(
            title="For machines", canonical_url="https://example.org/a", no_index=True, image_id=asset
        ),
        disclosures=[Disclosure(DisclosureKind.SPONSORED), Disclosure(DisclosureKind.OTHER, "Free tickets")],
        message="First go",
    )
    content = await content_of(session, article_id)
    assert (content.kind, content.slug, content.title) == (ArticleKind.ANALYSIS, "two-words", "Two words")
    assert (content.subtitle, content.excerpt, content.section_id) == ("Below", "In short", section)
    assert content.cover == Cover(asset, alt="A bend", caption=None, credit="Ada")
    assert content.byline == (BylineEntry(author), BylineEntry(author, BylineRole.EDITOR))
    assert content.tag_ids == (tag,)
    assert content.related == (RelatedLink(other, RelationKind.BACKGROUND, "Read first"),)
    assert content.seo.title == "For machines"
    assert content.seo.no_index is True
    assert content.disclosures == (
        Disclosure(DisclosureKind.SPONSORED),
        Disclosure(DisclosureKind.OTHER, "Free tickets"),
    )
    assert (content.body.asset_ids, content.body.article_ids) == ({asset}, {other})


async def test_the_version_says_who_when_why_and_what(session: AsyncSession) -> None:
    actor = await make_actor(session, Role.AUTHOR)
    article_id = await make_article(session, actor, body="Text", message=" First go ")
    row = (
        await session.execute(select(tables.version).where(tables.version.c.article_id == article_id))
    ).one()
    assert (row.number, row.created_by, row.actor_name, row.message) == (1, actor.id, actor.name, "First go")
    assert row.changed_fields == ["slug", "title", "body"]


async def test_an_excerpt_is_cut_from_the_text_where_none_is_written(session: AsyncSession) -> None:
    article_id = await make_article(session, body="Water " * 100)
    row = (
        await session.execute(select(tables.version).where(tables.version.c.article_id == article_id))
    ).one()
    assert row.written_excerpt is None
    assert row.excerpt.startswith("Water Water")
    assert len(row.excerpt) <= 201


async def test_a_locale_is_one_of_the_sites_in_any_case(session: AsyncSession) -> None:
    article_id = await make_article(session, locale="FR")
    assert (
        await session.scalar(select(tables.article.c.locale).where(tables.article.c.id == article_id)) == "fr"
    )


async def test_another_locale_is_refused_and_the_allowed_ones_are_named(session: AsyncSession) -> None:
    with pytest.raises(Problems, match="“de” is no locale of this site, which has: en, fr"):
        await create_article(session, SYSTEM, NewArticle(title="Fluss", locale="de"))


async def test_all_problems_are_told_together_and_in_order(session: AsyncSession) -> None:
    found = await problems_of(
        session,
        locale="de",
        title="  ",
        slug="Not A Slug",
        body=f"![x](asset:asset_{NOWHERE.hex}) [y](article:article_{NOWHERE.hex})",
        byline=[BylineEntry(NOWHERE)],
        tag_ids=[NOWHERE],
        section_id=NOWHERE,
        cover=Cover(NOWHERE),
        seo=SeoChanges(image_id=NOWHERE),
        related=[RelatedLink(NOWHERE)],
    )
    assert sorted(found) == sorted(
        [
            ("VALIDATION", ["locale"]),
            ("VALIDATION", ["title"]),
            ("VALIDATION", ["slug"]),
            ("VALIDATION", ["body"]),
            ("VALIDATION", ["body"]),
            ("NOT_FOUND", ["byline", "0", "authorId"]),
            ("NOT_FOUND", ["tagIds", "0"]),
            ("NOT_FOUND", ["sectionId"]),
            ("NOT_FOUND", ["cover", "assetId"]),
            ("NOT_FOUND", ["seo", "imageId"]),
            ("NOT_FOUND", ["related", "0", "articleId"]),
        ]
    )


async def test_a_dangling_reference_in_a_body_is_named(session: AsyncSession) -> None:
    with pytest.raises(Problems, match=f"“asset:asset_{NOWHERE.hex}”, but there is no such asset"):
        await create_article(session, SYSTEM, NewArticle(title="A", body=f"![x](asset:asset_{NOWHERE.hex})"))


async def test_a_malformed_reference_in_a_body_is_named(session: AsyncSession) -> None:
    with pytest.raises(Problems, match=r"“asset:river\.jpg” in the body is no reference"):
        await create_article(session, SYSTEM, NewArticle(title="A", body="![x](asset:river.jpg)"))


@pytest.mark.parametrize("unstorable", ["a\x00b", "a\ud800b"])
@pytest.mark.parametrize(
    ("field", "path"),
    [
        ("title", ["title"]), ("subtitle", ["subtitle"]), ("excerpt", ["excerpt"]), ("body", ["body"]), ("slug", ["slug"]),
        ("message", ["message"]),
    ],
)  # fmt: skip
async def test_a_text_that_cannot_be_kept_is_refused(
    session: AsyncSession, field: str, path: list[str], unstorable: str
) -> None:
    assert await problems_of(session, **{field: unstorable}) == [("VALIDATION", path)]


@pytest.mark.parametrize("unstorable", ["a\x00b", "a\udfffb"])
async def test_a_nested_text_that_cannot_be_kept_is_refused(session: AsyncSession, unstorable: str) -> None:
    asset, other = await make_asset(session), await make_article(session)
    found = await problems_of(
        session,
        cover=Cover(asset, alt=unstorable, caption=unstorable, credit=unstorable),
        related=[RelatedLink(other, note=unstorable)],
        seo=SeoChanges(title=unstorable, description=unstorable, canonical_url=unstorable),
        disclosures=[Disclosure(DisclosureKind.OTHER, unstorable)],
    )
    assert sorted(path for _, path in found) == [
        ["cover", "alt"], ["cover", "caption"], ["cover", "credit"], ["disclosures", "0", "text"], ["related", "0", "note"],
        ["seo", "canonicalUrl"], ["seo", "description"], ["seo", "title"],
    ]  # fmt: skip


async def test_a_body_of_exactly_the_most_characters_is_kept_and_one_more_is_refused(
    session: AsyncSession,
) -> None:
    assert await create_article(session, SYSTEM, NewArticle(title="A", body="x" * 50), body_characters_max=50)
    with pytest.raises(Problems, match="51 characters; 50 are the most"):
        await create_article(session, SYSTEM, NewArticle(title="A", body="x" * 51), body_characters_max=50)


async def test_lists_have_an_end(session: AsyncSession) -> None:
    found = await problems_of(
        session,
        byline=[BylineEntry(new_id()) for _ in range(21)],
        tag_ids=[new_id() for _ in range(31)],
        related=[RelatedLink(new_id()) for _ in range(51)],
        disclosures=[Disclosure(DisclosureKind.SPONSORED) for _ in range(11)],
    )
    assert sorted(found) == [
        ("VALIDATION", [name]) for name in ("byline", "disclosures", "related", "tagIds")
    ]


async def test_what_is_there_twice_is_named(session: AsyncSession) -> None:
    author, tag, other = await make_author(session), await make_tag(session), await make_article(session)
    found = await problems_of(
        session, byline=[BylineEntry(author)] * 2, tag_ids=[tag, tag], related=[RelatedLink(other)] * 2
    )
    assert sorted(path for _, path in found) == [
        ["byline", "1"],
        ["related", "1", "articleId"],
        ["tagIds", "1"],
    ]


async def test_a_disclosure_of_another_kind_needs_a_text(session: AsyncSession) -> None:
    found = await problems_of(session, disclosures=[Disclosure(DisclosureKind.OTHER, " ")])
    assert found == [("VALIDATION", ["disclosures", "0", "text"])]


async def test_a_canonical_address_is_of_the_web(session: AsyncSession) -> None:
    found = await problems_of(session, seo=SeoChanges(canonical_url="javascript:alert(1)"))
    assert found == [("VALIDATION", ["seo", "canonicalUrl"])]


async def test_a_translation_joins_the_group_of_the_other(session: AsyncSession) -> None:
    original = await make_article(session)
    translation = await make_article(session, locale="fr", translation_of=original)
    query = (
        select(tables.article.c.translation_group_id)
        .where(tables.article.c.id.in_([original, translation]))
        .distinct()
    )
    assert (await session.scalars(query)).all() == [original]


async def test_a_second_translation_into_the_same_locale_is_refused(session: AsyncSession) -> None:
    original = await make_article(session)
    await make_article(session, locale="fr", translation_of=original)
    assert await problems_of(session, locale="fr", translation_of=original) == [("VALIDATION", ["locale"])]
    assert await problems_of(session, translation_of=NOWHERE) == [("NOT_FOUND", ["translationOf"])]


async def test_an_import_keeps_the_time_of_creation_if_it_is_past(session: AsyncSession) -> None:
    then = datetime(2015, 3, 1, tzinfo=UTC)
    article_id = await make_article(session, created_at=then)
    row = (await session.execute(select(tables.article).where(tables.article.c.id == article_id))).one()
    assert (row.created_at, row.updated_at) == (then, then)
    later = datetime.now(UTC) + timedelta(days=1)
    assert await problems_of(session, created_at=later) == [("VALIDATION", ["createdAt"])]
