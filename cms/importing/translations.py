"""Articles that are translations of one another."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.importing.documents import ImportedArticle
from cms.importing.existing import articles_still_there, has_translation
from cms.importing.records import find_record, keep_record
from cms.importing.run import ImportRun

NOUN = "translations"


async def original_of(
    run: ImportRun, session: AsyncSession, document: ImportedArticle, locale: str
) -> UUID | None:
    """An article of its group of translations, if there is one that has none in the locale yet."""
    first = await _first_of_group(run, session, document)
    if first is not None and await has_translation(session, first, locale):
        run.summary.warn(
            document.where, f"Its group of translations has an article in {locale} already; it stands alone"
        )
        return None
    return first


async def join_translations(
    run: ImportRun, session: AsyncSession, document: ImportedArticle, article_id: UUID
) -> None:
    """Let later translations find the article by its group, unless one of the group is there."""
    if document.translation_group and await _first_of_group(run, session, document) is None:
        await keep_record(
            session,
            run.source,
            NOUN,
            document.translation_group,
            target_id=article_id,
            fingerprint="",
        )


async def _first_of_group(run: ImportRun, session: AsyncSession, document: ImportedArticle) -> UUID | None:
    if document.translation_group is None:
        return None
    record = await find_record(session, run.source, NOUN, document.translation_group)
    if record is None or not await articles_still_there(session, [record.target_id]):
        return None
    return record.target_id
