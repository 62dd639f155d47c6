"""Categories and tags: found by their slugs, else made as sections or tags."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.importing.documents import ImportedTerm, TermKind
from cms.importing.existing import id_of_slug, last_change
from cms.importing.html.plain import cut_at_word
from cms.importing.models import ImportRecord
from cms.importing.options import CategoryUse
from cms.importing.records import TAKEN, find_record, fingerprint_of, keep_record
from cms.importing.remembered import settle
from cms.importing.run import ImportRun
from cms.importing.slugs import usable_slug
from cms.importing.summary import Outcome
from cms.taxonomy.sections import SectionFields, create_section, update_section
from cms.taxonomy.tags import TagFields, create_tag, update_tag

NAME_CHARACTERS_MAX = 200
DESCRIPTION_CHARACTERS_MAX = 2_000
# What WordPress calls a category that nobody chose; as a word beside others it says nothing.
SAYS_NOTHING = frozenset({"uncategorized", "uncategorised"})


class Shelf(Protocol):
    """What a term becomes: how such a row is made, and how it is changed."""

    noun: str
    table: Table

    def keys(self, run: ImportRun) -> dict[str, UUID]:
        """The rows that are known, by source key."""
        ...

    async def create(self, run: ImportRun, session: AsyncSession, term: ImportedTerm, slug: str) -> UUID:
        """Make the row."""
        ...

    async def update(self, run: ImportRun, session: AsyncSession, term: ImportedTerm, key: UUID) -> None:
        """Give the row the source's new words."""
        ...


class _Sections:
    noun = "section"
    table = tables.section

    def keys(self, run: ImportRun) -> dict[str, UUID]:
        return run.sections

    async def create(self, run: ImportRun, session: AsyncSession, term: ImportedTerm, slug: str) -> UUID:
        parent_id = run.sections.get(term.parent_key) if term.parent_key else None
        fields = SectionFields(
            name=_name(term), slug=slug or None, description=_description(term), parent_id=parent_id
        )
        return (await create_section(session, run.actor, fields)).id

    async def update(self, run: ImportRun, session: AsyncSession, term: ImportedTerm, key: UUID) -> None:
        fields = SectionFields(name=_name(term), description=_description(term))
        await update_section(session, run.actor, key, fields)


class _Tags:
    noun = "tag"
    table = tables.tag

    def keys(self, run: ImportRun) -> dict[str, UUID]:
        return run.tags

    async def create(self, run: ImportRun, session: AsyncSession, term: ImportedTerm, slug: str) -> UUID:
        return (await create_tag(session, run.actor, TagFields(name=_name(term), slug=slug or None))).id

    async def update(self, run: ImportRun, session: AsyncSession, term: ImportedTerm, key: UUID) -> None:
        await update_tag(session, run.actor, key, TagFields(name=_name(term)))


SECTIONS: Shelf = _Sections()
TAGS: Shelf = _Tags()


async def store_term(run: ImportRun, term: ImportedTerm) -> None:
    """Take a term in, by what it is and what the operator wants categories to be."""
    run.terms[term.source_key] = term
    is_section = term.kind is TermKind.CATEGORY and run.options.categories is CategoryUse.SECTIONS
    await _store(run, term, SECTIONS if is_section else TAGS)


async def section_and_tags(
    run: ImportRun, section_key: str | None, term_keys: Sequence[str]
) -> tuple[UUID | None, list[UUID]]:
    """The section of an article and its tags, each once and in their order. A category that is not the section is made a tag now."""
    section_id = run.sections.get(section_key) if section_key else None
    tag_keys = [
        key
        for key in term_keys
        if key in run.terms and not (section_id and key == section_key) and not _says_nothing(run.terms[key])
    ]
    for key in tag_keys:
        if key not in run.tags and run.terms[key].kind is TermKind.CATEGORY:
            await _store(run, run.terms[key], TAGS)
    tags = dict.fromkeys(run.tags[key] for key in tag_keys if key in run.tags)
    return section_id, list(tags)


async def _store(run: ImportRun, term: ImportedTerm, shelf: Shelf) -> None:
    async with run.transaction() as session:
        record = await find_record(session, run.source, shelf.noun, term.source_key)
        if record is None:
            key, outcome = await _take_in(run, session, term, shelf)
        elif await last_change(session, shelf.table, record.target_id) is None:
            key, outcome = None, None
        else:
            key, outcome = record.target_id, await _update(run, session, term, shelf, record)
    settle(run, shelf.noun, term.source_key, key, outcome, shelf.keys(run))


async def _take_in(
    run: ImportRun, session: AsyncSession, term: ImportedTerm, shelf: Shelf
) -> tuple[UUID, Outcome]:
    slug = usable_slug(term.slug, term.name)
    key = await id_of_slug(session, shelf.table, slug)
    outcome, fingerprint = Outcome.UNCHANGED, TAKEN
    if key is None:
        key = await shelf.create(run, session, term, slug)
        outcome, fingerprint = Outcome.NEW, _fingerprint(term)
    await keep_record(
        session, run.source, shelf.noun, term.source_key, target_id=key, fingerprint=fingerprint
    )
    return key, outcome


async def _update(
    run: ImportRun, session: AsyncSession, term: ImportedTerm, shelf: Shelf, record: ImportRecord
) -> Outcome:
    fingerprint = _fingerprint(term)
    if record.fingerprint in (TAKEN, fingerprint):
        return Outcome.UNCHANGED
    changed_at = await last_change(session, shelf.table, record.target_id)
    if changed_at is not None and changed_at > record.imported_at:
        run.summary.warn(
            term.source_key, f"The {shelf.noun} was edited here since the import, and was left as it is"
        )
        return Outcome.UNCHANGED
    await shelf.update(run, session, term, record.target_id)
    await keep_record(
        session,
        run.source,
        shelf.noun,
        term.source_key,
        target_id=record.target_id,
        fingerprint=fingerprint,
    )
    return Outcome.UPDATED


def _name(term: ImportedTerm) -> str:
    return cut_at_word(term.name.strip() or term.slug or "Unnamed", characters_max=NAME_CHARACTERS_MAX)


def _description(term: ImportedTerm) -> str | None:
    text = term.description
    return cut_at_word(text, characters_max=DESCRIPTION_CHARACTERS_MAX) if text else None


def _fingerprint(term: ImportedTerm) -> str:
    return fingerprint_of(term.slug, term.name, term.description)


def _says_nothing(term: ImportedTerm) -> bool:
    return (term.slug or "").casefold() in SAYS_NOTHING
