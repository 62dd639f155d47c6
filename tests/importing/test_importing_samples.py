"""Real exports, where the folder of samples is there: each that can be read is imported, and nothing is new the second time."""

from pathlib import Path

import pytest

from cms.articles.refreshing import compare_live
from cms.importing.documents import ContentKind, ImportedArticle
from cms.importing.options import PageUse
from cms.importing.refusal import ImportRefused
from tests.importing.exports import only
from tests.importing.samples import sample_files
from tests.importing.storing import Newsroom, outcomes

TOGETHER = sample_files(
    "wxr/theme-test-data/themeunittestdata*.xml",
    "wxr/tryghost-migrate/co-authors-plus.xml",
    "wxr/polylang*.xml",
)
EACH = [path for path in sample_files("wxr/**/*.xml") if path not in TOGETHER]


def articles_of(newsroom: Newsroom, path: Path) -> list[ImportedArticle] | None:
    try:
        return only(list(newsroom.events(path)), ImportedArticle)
    except ImportRefused:
        return None


@pytest.mark.parametrize("path", EACH, ids=lambda path: path.name)
async def test_an_export_is_imported_once(newsroom: Newsroom, path: Path) -> None:
    articles = articles_of(newsroom, path)
    if articles is None:
        with pytest.raises(ImportRefused):
            await newsroom.take(path)
        assert await newsroom.count("import_record") == 0
        return
    first = await newsroom.take(path)
    state = await newsroom.state()
    again = await newsroom.take(path)

    expected = sum(article.kind is ContentKind.ARTICLE for article in articles)
    assert outcomes(first) == (expected, 0, 0)
    assert outcomes(again) == (0, 0, expected)
    assert again.is_unchanged
    assert await newsroom.state() == state
    async with newsroom.database.transaction() as session:
        assert await compare_live(session) == []


async def test_several_exports_and_their_pages_are_one_import(newsroom: Newsroom) -> None:
    first = await newsroom.take(*TOGETHER, pages=PageUse.ARTICLES)
    state = await newsroom.state()
    again = await newsroom.take(*TOGETHER, pages=PageUse.ARTICLES)
    co_written = await newsroom.live("duplicate-author-post")

    assert outcomes(first) == (89, 0, 0)
    assert outcomes(again) == (0, 0, 89)
    assert await newsroom.state() == state
    assert [entry["author"]["name"] for entry in co_written.byline] == ["Alice Smith", "Bob Jones"]
    async with newsroom.database.transaction() as session:
        assert await compare_live(session) == []
