"""Files of the source, as assets."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.assets.description import (
    ALT_CHARACTERS_MAX,
    CAPTION_CHARACTERS_MAX,
    LINE_CHARACTERS_MAX,
    AssetFields,
)
from cms.assets.library import update_asset
from cms.assets.uploads import store_asset
from cms.errors import Invalid, Problem, Problems
from cms.importing.documents import ImportedAsset, MediaKind
from cms.importing.existing import described_asset
from cms.importing.html.plain import cut_at_word
from cms.importing.missing import PictureMissing
from cms.importing.models import ImportRecord
from cms.importing.records import find_record, fingerprint_of, keep_record
from cms.importing.remembered import DELETED_HERE
from cms.importing.run import ImportRun, StoredAsset
from cms.importing.summary import Outcome
from cms.texts import clean_url

NOUN = "asset"
AT_ONCE_MAX = 4
NOT_A_PICTURE = "only pictures become assets; it stays on the old site"


async def store_assets(run: ImportRun, documents: Sequence[ImportedAsset]) -> None:
    """Take files in, a few at a time: reading a picture and fetching one both mean waiting."""
    for document in documents:
        run.note_address(document)
    turns = asyncio.Semaphore(AT_ONCE_MAX)

    async def in_turn(document: ImportedAsset) -> None:
        async with turns:
            await _store(run, document)

    # All of them come to their end before an error is told, so that none is left half stored.
    results = await asyncio.gather(*map(in_turn, documents), return_exceptions=True)
    for error in results:
        if error is not None:
            raise error


async def _store(run: ImportRun, document: ImportedAsset) -> None:
    if document.media_kind is not MediaKind.IMAGE:
        run.skip(document.url, document.media_kind.value, NOT_A_PICTURE)
        return
    async with run.transaction() as session:
        record = await find_record(session, run.source, NOUN, document.source_key)
        outcome = None if record is None else await _update(run, session, document, record)
    if record is None:
        await _store_new(run, document)
    elif outcome is None:
        run.skip(document.url, NOUN, DELETED_HERE)
    else:
        run.take(NOUN, document.source_key, outcome, record.target_id)


async def _store_new(run: ImportRun, document: ImportedAsset) -> None:
    try:
        async with run.pictures.having(document) as file:
            asset = await store_asset(
                run.depot, run.actor, file, document.filename, _fields(document), reuse=True
            )
    except PictureMissing as error:
        run.skip(document.url, NOUN, error.message)
        return
    except (Problem, Problems) as error:
        run.skip(document.url, NOUN, error.args[0])
        return
    async with run.transaction() as session:
        await _remember(run, session, document, asset.id)
        run.assets[document.source_key] = await _stored(session, document, asset.id) or StoredAsset(asset.id)
    run.take(NOUN, document.source_key, Outcome.NEW, asset.id)


async def _update(
    run: ImportRun, session: AsyncSession, document: ImportedAsset, record: ImportRecord
) -> Outcome | None:
    """What becomes of an asset that was imported before; None if it was deleted here."""
    found = await described_asset(session, record.target_id)
    stored = await _stored(session, document, record.target_id)
    if found is None or stored is None:
        return None
    run.assets[document.source_key] = stored
    is_own = found.source_url == _source_url(document)
    if record.fingerprint == _fingerprint(document) or not is_own:
        return Outcome.UNCHANGED
    if found.updated_at > record.imported_at:
        run.summary.warn(
            document.url, "The picture was described anew here since the import, and was left so"
        )
        return Outcome.UNCHANGED
    await update_asset(session, run.actor, record.target_id, _fields(document))
    await _remember(run, session, document, record.target_id)
    return Outcome.UPDATED


async def _stored(session: AsyncSession, document: ImportedAsset, asset_id: UUID) -> StoredAsset | None:
    found = await described_asset(session, asset_id)
    if found is None:
        return None
    if found.source_url == _source_url(document):
        return StoredAsset(asset_id)
    # The same bytes came from elsewhere first: what this source says of them is said where they are shown.
    fields = _fields(document)
    own = {"alt": fields.alt, "caption": fields.caption, "credit": fields.credit}
    here = {"alt": found.alt, "caption": found.caption, "credit": found.credit}
    texts = {name: text for name, text in own.items() if isinstance(text, str) and text != here[name]}
    return StoredAsset(asset_id, **texts)


async def _remember(run: ImportRun, session: AsyncSession, document: ImportedAsset, key: UUID) -> None:
    fingerprint = _fingerprint(document)
    await keep_record(session, run.source, NOUN, document.source_key, target_id=key, fingerprint=fingerprint)


def _fields(document: ImportedAsset) -> AssetFields:
    def cut(text: str | None, characters_max: int) -> str | None:
        return cut_at_word(text, characters_max=characters_max) if text else None

    return AssetFields(
        alt=cut(document.alt, ALT_CHARACTERS_MAX),
        caption=cut(document.caption, CAPTION_CHARACTERS_MAX),
        credit=cut(document.credit, LINE_CHARACTERS_MAX),
        source_url=_source_url(document),
    )


def _source_url(document: ImportedAsset) -> str | None:
    try:
        return clean_url(document.url, "sourceUrl")
    except Invalid:
        return None


def _fingerprint(document: ImportedAsset) -> str:
    return fingerprint_of(document.url, document.alt, document.caption, document.credit)
