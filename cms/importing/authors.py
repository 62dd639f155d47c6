"""Authors: found by their slug, else made."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.authors.service import AuthorFields, create_author, update_author
from cms.errors import Problem, Problems
from cms.importing.documents import ImportedAuthor
from cms.importing.existing import id_of_slug, last_change
from cms.importing.html.plain import cut_at_word
from cms.importing.models import ImportRecord
from cms.importing.records import TAKEN, find_record, fingerprint_of, keep_record
from cms.importing.remembered import settle
from cms.importing.run import ImportRun
from cms.importing.slugs import usable_slug
from cms.importing.summary import Outcome

NOUN = "author"
NAME_CHARACTERS_MAX = 200
BIO_CHARACTERS_MAX = 10_000


async def store_author(run: ImportRun, document: ImportedAuthor) -> None:
    """Take an author in: as the one who has the slug here already, or as a new one."""
    async with run.transaction() as session:
        record = await find_record(session, run.source, NOUN, document.source_key)
        if record is None:
            key, outcome = await _take_in(run, session, document)
        elif await last_change(session, tables.author, record.target_id) is None:
            key, outcome = None, None
        else:
            key, outcome = record.target_id, await _update(run, session, document, record)
    settle(run, NOUN, document.source_key, key, outcome, run.authors)


async def _take_in(run: ImportRun, session: AsyncSession, document: ImportedAuthor) -> tuple[UUID, Outcome]:
    fields = _fields(document)
    slug = usable_slug(document.slug, document.name)
    key = await id_of_slug(session, tables.author, slug)
    outcome, fingerprint = Outcome.UNCHANGED, TAKEN
    if key is None:
        key = await _create(run, session, replace(fields, slug=slug or None), document.source_key)
        outcome, fingerprint = Outcome.NEW, _fingerprint(document)
    else:
        run.summary.warn(
            document.source_key, f"There was an author with the slug “{slug}” already, who signs its articles"
        )
    await keep_record(session, run.source, NOUN, document.source_key, target_id=key, fingerprint=fingerprint)
    return key, outcome


async def _create(run: ImportRun, session: AsyncSession, fields: AuthorFields, where: str) -> UUID:
    try:
        return (await create_author(session, run.actor, fields)).id
    except (Problem, Problems) as error:
        # The one field of the source that may be no good here; its value is personal, so it is not told.
        if not _is_about_email(error):
            raise
        run.summary.warn(where, "The author's e-mail address is none, and was left out")
        return (await create_author(session, run.actor, replace(fields, email=None))).id


async def _update(
    run: ImportRun, session: AsyncSession, document: ImportedAuthor, record: ImportRecord
) -> Outcome:
    fingerprint = _fingerprint(document)
    if record.fingerprint in (TAKEN, fingerprint):
        return Outcome.UNCHANGED
    changed_at = await last_change(session, tables.author, record.target_id)
    if changed_at is not None and changed_at > record.imported_at:
        run.summary.warn(
            document.source_key, "The author was edited here since the import, and was left as they are"
        )
        return Outcome.UNCHANGED
    fields = _fields(document)
    try:
        async with session.begin_nested():
            await update_author(session, run.actor, record.target_id, fields)
    except (Problem, Problems) as error:
        if not _is_about_email(error):
            raise
        await update_author(session, run.actor, record.target_id, replace(fields, email=None))
    await keep_record(
        session,
        run.source,
        NOUN,
        document.source_key,
        target_id=record.target_id,
        fingerprint=fingerprint,
    )
    return Outcome.UPDATED


def _fields(document: ImportedAuthor) -> AuthorFields:
    name = document.name.strip() or document.slug or "Unnamed"
    return AuthorFields(
        name=cut_at_word(name, characters_max=NAME_CHARACTERS_MAX),
        bio=cut_at_word(document.bio, characters_max=BIO_CHARACTERS_MAX) if document.bio else None,
        email=document.email,
    )


def _fingerprint(document: ImportedAuthor) -> str:
    return fingerprint_of(document.slug, document.name, document.bio, document.email)


def _is_about_email(error: Problem | Problems) -> bool:
    problems = [error] if isinstance(error, Problem) else error.problems
    return all(problem.path == ["email"] for problem in problems)
