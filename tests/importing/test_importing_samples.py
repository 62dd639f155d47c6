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

EXPORTS = sample_files("wxr/**/*.xml")


def articles_of(newsroom: Newsroom, path: Path) -> list[ImportedArticle] | None:
    try:
        return only(list(newsroom.events(path)), ImportedArticle)
    except ImportRefused:
        return None


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
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


async def test_all_exports_and_their_pages_are_one_import(newsroom: Newsroom) -> None:
    readable = [path for path in EXPORTS if articles_of(newsroom, path) is not None]
    first = await newsroom.take(*readable, pages=PageUse.ARTICLES)
    state = await newsroom.state()
    again = await newsroom.take(*readable, pages=PageUse.ARTICLES)

    assert not [reason for noun, reason in first.skipped if noun == "article"]
    assert outcomes(first)[1:] == (0, 0)
    assert outcomes(again) == (0, 0, outcomes(first)[0])
    assert await newsroom.state() == state
    async with newsroom.database.transaction() as session:
        assert await compare_live(session) == []
