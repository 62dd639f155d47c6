"""Articles of the source. Each is written whole in one transaction; what waits for others is finished at the end."""

from collections.abc import Awaitable
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles.creating import create_article
from cms.articles.editing import LockedArticle, lock_for_saving, update_article
from cms.articles.former_slugs import keep_former_slugs
from cms.articles.inputs import ArticleChanges
from cms.articles.slugs import free_slug
from cms.database import now
from cms.errors import Problem, Problems, SlugTaken
from cms.ids import new_id
from cms.importing.documents import ContentKind, ImportedArticle
from cms.importing.existing import articles_still_there
from cms.importing.locales import locale_for
from cms.importing.options import PageUse
from cms.importing.records import UNFINISHED, find_record, find_targets, keep_record
from cms.importing.remembered import DELETED_HERE
from cms.importing.run import ImportRun
from cms.importing.slugs import usable_slug
from cms.importing.standing import set_standing, warn_of_standing
from cms.importing.summary import Outcome
from cms.importing.translations import join_translations, original_of
from cms.importing.wanted import WantedArticle, fingerprint, wanted_article

NOUN = "article"
VERSION = "version"
PAGES_LEFT_OUT = "pages are not imported yet: --pages articles takes them in as articles"
EDITED_HERE = "edited here since the import, so the source's changes were not taken"


async def store_article(run: ImportRun, document: ImportedArticle) -> bool:
    """Take an article in, or what has changed in it. False if it must be finished once all the others have come.

    Which those are: articles that link to one that has not come yet, and those that had other slugs before; for a slug
    that is another article's own is not taken from it.
    """
    _note_address(run, document)
    if document.kind is ContentKind.PAGE and run.options.pages is PageUse.SKIP:
        run.skip(document.where, "page", PAGES_LEFT_OUT)
        return True
    async with run.transaction() as session:
        record = await find_record(session, run.source, NOUN, document.source_key)
        await _learn_links(run, session, document)
        if record is not None and not await articles_still_there(session, [record.target_id]):
            run.skip(document.where, NOUN, DELETED_HERE)
            return True
    waits = any(key not in run.articles for key in document.linked_article_keys)
    if record is None:
        waits = waits or bool(document.old_slugs)
        await _guarded(run, document, _create(run, document, is_whole=not waits))
        return not waits or document.source_key not in run.articles
    run.articles[document.source_key] = record.target_id
    waits = waits or (bool(document.old_slugs) and record.fingerprint != fingerprint(run, document))
    if not waits:
        await _guarded(run, document, _update(run, document, record.target_id))
    return not waits


async def finish_article(run: ImportRun, document: ImportedArticle) -> None:
    """Bring an article that waited to its end: its links, its former slugs, its publication."""
    await _guarded(run, document, _update(run, document, run.articles[document.source_key]))


def _note_address(run: ImportRun, document: ImportedArticle) -> None:
    if document.old_links:
        run.article_addresses[document.source_key] = document.old_links[0]


async def _learn_links(run: ImportRun, session: AsyncSession, document: ImportedArticle) -> None:
    """Which of the articles that it links to are here from an earlier import."""
    unknown = [key for key in document.linked_article_keys if key not in run.articles]
    if unknown:
        targets = await find_targets(session, run.source, NOUN, unknown)
        there = await articles_still_there(session, list(targets.values()))
        run.articles |= {key: target for key, target in targets.items() if target in there}


async def _guarded(run: ImportRun, document: ImportedArticle, writing: Awaitable[None]) -> None:
    """An article that the rules refuse is left out with the reason; the others are not its hostages."""
    try:
        await writing
    except (Problem, Problems) as error:
        run.skip(document.where, NOUN, str(error))


async def _create(run: ImportRun, document: ImportedArticle, *, is_whole: bool) -> None:
    locale = await locale_for(run, document.locale, document.where)
    wanted = await wanted_article(run, document)
    async with run.transaction() as session:
        slug = await _slug(session, document, wanted, locale, new_id())
        new = replace(
            wanted.new,
            slug=slug or None,
            locale=locale,
            translation_of=await original_of(run, session, document, locale),
            created_at=min(document.created_at or document.published_at or now(), now()),
        )
        characters_max = run.depot.settings.body_characters_max
        article_id = await create_article(session, run.actor, new, body_characters_max=characters_max)
        await join_translations(run, session, document, article_id)
        if is_whole:
            await set_standing(run, session, document, article_id)
        print_after = fingerprint(run, document) if is_whole else UNFINISHED
        await _remember(run, session, document, article_id, print_after)
    run.articles[document.source_key] = article_id
    if not is_whole:
        run.begun.add(document.source_key)
        return
    _tell(run, document, wanted, slug)
    run.take(NOUN, document.source_key, Outcome.NEW, article_id)


async def _update(run: ImportRun, document: ImportedArticle, article_id: UUID) -> None:
    async with run.transaction() as session:
        record = await find_record(session, run.source, NOUN, document.source_key)
        if record is not None and record.fingerprint == fingerprint(run, document):
            run.take(NOUN, document.source_key, Outcome.UNCHANGED, article_id)
            return
    wanted = await wanted_article(run, document)
    async with run.transaction() as session:
        before = await lock_for_saving(session, run.actor, article_id)
        if await _is_edited(run, session, document, before):
            run.skip(document.where, NOUN, EDITED_HERE)
            return
        slug = await _slug(session, document, wanted, before.locale, article_id)
        await _save(run, session, wanted.new, slug, before)
        problems = await keep_former_slugs(session, run.actor, article_id, document.old_slugs)
        await set_standing(run, session, document, article_id)
        await _remember(run, session, document, article_id, fingerprint(run, document))
        after = await lock_for_saving(session, run.actor, article_id)
    _tell(run, document, wanted, slug)
    _tell_of_former_slugs(run, document, problems)
    run.take(NOUN, document.source_key, _outcome(run, document, before, after), article_id)


async def _save(
    run: ImportRun, session: AsyncSession, changes: ArticleChanges, slug: str, before: LockedArticle
) -> None:
    await update_article(
        session,
        run.actor,
        before.id,
        expected_version=before.version,
        changes=replace(changes, slug=slug) if slug else changes,
        body_characters_max=run.depot.settings.body_characters_max,
    )


def _outcome(
    run: ImportRun, document: ImportedArticle, before: LockedArticle, after: LockedArticle
) -> Outcome:
    if document.source_key in run.begun:
        return Outcome.NEW
    is_same = (before.version, before.status) == (after.version, after.status)
    return Outcome.UNCHANGED if is_same else Outcome.UPDATED


async def _slug(
    session: AsyncSession, document: ImportedArticle, wanted: WantedArticle, locale: str, article_id: UUID
) -> str:
    """The slug of the source, with a number where another article has it; empty where the title has neither letters nor digits."""
    slug = usable_slug(document.slug, wanted.new.title)
    return await free_slug(session, locale, slug, article_id) if slug else ""


async def _is_edited(
    run: ImportRun, session: AsyncSession, document: ImportedArticle, article: LockedArticle
) -> bool:
    """Whether somebody has saved, published or withdrawn the article here since the import left it."""
    left = await find_record(session, run.source, VERSION, document.source_key)
    return left is None or (left.target_id, left.fingerprint) != (article.draft_version_id, article.status)


async def _remember(
    run: ImportRun, session: AsyncSession, document: ImportedArticle, article_id: UUID, print_after: str
) -> None:
    """Keep the article, and the version and status in which the import leaves it."""
    left = await lock_for_saving(session, run.actor, article_id)
    key = document.source_key
    await keep_record(session, run.source, NOUN, key, target_id=article_id, fingerprint=print_after)
    await keep_record(
        session, run.source, VERSION, key, target_id=left.draft_version_id, fingerprint=left.status
    )


def _tell(run: ImportRun, document: ImportedArticle, wanted: WantedArticle, slug: str) -> None:
    for message in wanted.warnings:
        run.summary.warn(document.where, message)
    if slug != usable_slug(document.slug, wanted.new.title):
        run.summary.warn(document.where, f"Another article has its slug; it has “{slug}” here")
    warn_of_standing(run, document)


def _tell_of_former_slugs(run: ImportRun, document: ImportedArticle, problems: list[Problem]) -> None:
    for problem in problems:
        reason = "leads to another article" if isinstance(problem, SlugTaken) else "is no slug here"
        run.summary.warn(document.where, f"A slug that it had before {reason}, and was left out")
