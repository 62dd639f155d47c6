"""Two people at one article: nothing that one of them saves is lost to the other.

KIOSQUE_SAVES says how often each of them saves.
"""

import asyncio
import os
import time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.content import Content
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, Cover, SeoChanges
from cms.articles.versions import load_content
from cms.database import Database
from cms.errors import Clash, Problems, VersionConflict
from cms.ids import public_id
from cms.permissions import SYSTEM
from tests.factories import make_article, make_asset, make_section, make_tag, version_number

SAVES = int(os.environ.get("KIOSQUE_SAVES", "12"))


async def draft_of(session: AsyncSession, article_id: UUID) -> Content:
    draft = select(tables.article.c.draft_version_id).where(tables.article.c.id == article_id)
    return await load_content(session, (await session.scalars(draft)).one())


async def save(session: AsyncSession, article_id: UUID, expected: int, *, merge: bool, **fields: Any) -> None:
    changes = ArticleChanges(**fields)
    await update_article(session, SYSTEM, article_id, expected_version=expected, changes=changes, merge=merge)


async def conflict_of(
    session: AsyncSession, article_id: UUID, expected: int, *, merge: bool = False, **fields: Any
) -> VersionConflict:
    before = await version_number(session, article_id)
    with pytest.raises(VersionConflict) as caught:
        await save(session, article_id, expected, merge=merge, **fields)
    assert await version_number(session, article_id) == before
    return caught.value


async def test_changes_of_different_fields_are_merged(session: AsyncSession) -> None:
    section, tag = await make_section(session), await make_tag(session)
    article_id = await make_article(session, seo=SeoChanges(title="Old", description="Old"))
    await save(session, article_id, 1, merge=False, title="Theirs", seo=SeoChanges(title="Theirs"))
    mine = {"subtitle": "Mine", "section_id": section, "tag_ids": [tag], "body": "Mine."}
    await save(session, article_id, 1, merge=True, **mine, seo=SeoChanges(description="Mine"))
    found = await draft_of(session, article_id)
    assert (found.title, found.seo.title) == ("Theirs", "Theirs")
    assert (found.subtitle, found.section_id, found.tag_ids) == ("Mine", section, (tag,))
    assert (found.seo.description, found.body and found.body.html) == ("Mine", "<p>Mine.</p>")
    version = tables.version
    changed = select(version.c.changed_fields).where(version.c.number == 3)
    assert await session.scalar(changed) == ["subtitle", "body", "sectionId", "tagIds", "seo"]


async def test_a_field_sent_as_it_was_read_does_not_undo_the_others_change(session: AsyncSession) -> None:
    article_id = await make_article(session, title="Read", subtitle="Read")
    await save(session, article_id, 1, merge=False, title="Theirs")
    await save(session, article_id, 1, merge=True, title="Read", subtitle="Mine")
    found = await draft_of(session, article_id)
    assert (found.title, found.subtitle) == ("Theirs", "Mine")


async def test_the_same_change_on_both_sides_is_no_clash(session: AsyncSession) -> None:
    article_id = await make_article(session)
    await save(session, article_id, 1, merge=False, title="Same")
    await save(session, article_id, 1, merge=True, title="Same", subtitle="Mine")
    assert (await draft_of(session, article_id)).subtitle == "Mine"


async def test_a_clash_is_told_with_both_sides_and_saves_nothing(session: AsyncSession) -> None:
    one, two = await make_asset(session), await make_asset(session)
    tag = await make_tag(session)
    article_id = await make_article(session, title="Base", body="Base.", cover=Cover(one))
    theirs = {"title": "Theirs", "body": "Theirs.", "cover": Cover(two, "Alt"), "excerpt": "Theirs"}
    await save(session, article_id, 1, merge=False, **theirs, seo=SeoChanges(no_index=True))
    mine = {
        "title": "Mine",
        "body": "Mine.\r\n",
        "cover": None,
        "tag_ids": [tag],
        "seo": SeoChanges(title="M"),
    }
    found = await conflict_of(session, article_id, 1, merge=True, **mine)
    assert found.changed == ["title", "excerpt", "body", "cover", "seo.noIndex"]
    asset_one, asset_two = public_id("asset", one), public_id("asset", two)
    assert list(found.clashes) == [
        Clash("title", base="Base", yours="Mine", theirs="Theirs"),
        Clash("body", base="Base.", yours="Mine.\n", theirs="Theirs."),
        Clash("cover", base=f"{asset_one} |  |  | ", yours=None, theirs=f"{asset_two} | Alt |  | "),
    ]
    assert "title, body, cover" in found.message


async def test_without_merging_a_stale_save_is_refused_though_nothing_clashes(session: AsyncSession) -> None:
    article_id = await make_article(session)
    await save(session, article_id, 1, merge=False, title="Theirs")
    found = await conflict_of(session, article_id, 1, subtitle="Mine")
    assert (found.changed, list(found.clashes)) == (["title"], [])


async def test_a_version_that_is_not_there_cannot_be_merged_with(session: AsyncSession) -> None:
    article_id = await make_article(session, title="Theirs")
    found = await conflict_of(session, article_id, 7, merge=True, title="Mine", subtitle=None)
    assert (found.changed, list(found.clashes)) == (
        None,
        [Clash("title", base=None, yours="Mine", theirs="Theirs")],
    )


async def test_a_merged_save_keeps_the_rules(session: AsyncSession) -> None:
    article_id = await make_article(session)
    await save(session, article_id, 1, merge=False, title="Theirs")
    with pytest.raises(Problems) as caught:
        await save(session, article_id, 1, merge=True, subtitle="x" * 2_000, section_id=article_id)
    assert [problem.path for problem in caught.value.problems] == [["subtitle"], ["sectionId"]]
    assert await version_number(session, article_id) == 2


async def test_two_editors_of_different_fields_lose_nothing_by_merging(committed: Database) -> None:
    """Each reads once, and saves from the version that the own last save made: stale as soon as the other has saved."""
    article_id, started = await _begin(committed), time.monotonic()
    read: dict[str, int] = {"title": 1, "subtitle": 1}

    async def edit(field: str) -> None:
        for number in range(SAVES):
            async with committed.transaction() as session:
                await save(session, article_id, read[field], merge=True, **{field: f"{field} {number}"})
                read[field] = await version_number(session, article_id)

    await asyncio.gather(edit("title"), edit("subtitle"))
    async with committed.transaction() as session:
        found, versions = await draft_of(session, article_id), await _versions(session)
    assert (found.title, found.subtitle) == (f"title {SAVES - 1}", f"subtitle {SAVES - 1}")
    assert versions == 1 + 2 * SAVES
    print(f"{2 * SAVES} merged saves in {time.monotonic() - started:.1f} s")  # noqa: T201  (the figure of a run by hand)


async def test_two_editors_of_the_same_field_lose_nothing_by_trying_again(committed: Database) -> None:
    article_id, started = await _begin(committed), time.monotonic()
    refused = 0

    async def edit(name: str) -> None:
        nonlocal refused
        for number in range(SAVES):
            while not await _appended(committed, article_id, f"{name}{number}."):
                refused += 1

    await asyncio.gather(edit("a"), edit("b"))
    async with committed.transaction() as session:
        found, versions = await draft_of(session, article_id), await _versions(session)
    wanted = [f"{name}{number}." for name in "ab" for number in range(SAVES)]
    written = found.body.markdown.split() if found.body else []
    assert (sorted(written), versions) == (sorted(wanted), 1 + 2 * SAVES)
    print(f"{2 * SAVES} saves, {refused} refused, in {time.monotonic() - started:.1f} s")  # noqa: T201  (as above)


async def _begin(database: Database) -> UUID:
    async with database.transaction() as session:
        return await make_article(session, body="")


async def _versions(session: AsyncSession) -> int:
    return (await session.scalars(select(func.count()).select_from(tables.version))).one()


async def _appended(database: Database, article_id: UUID, word: str) -> bool:
    """Read, then save with one word more; whether that was done."""
    async with database.transaction() as session:
        number, found = await version_number(session, article_id), await draft_of(session, article_id)
    body = f"{found.body.markdown if found.body else ''} {word}".strip()
    try:
        async with database.transaction() as session:
            await save(session, article_id, number, merge=False, body=body)
    except VersionConflict as conflict:
        assert [clash.field for clash in conflict.clashes] == ["body"]
        return False
    return True
