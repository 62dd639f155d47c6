"""From the first draft to the archive: which step leads from where, for whom, and what is kept of it."""

from collections.abc import Awaitable, Callable
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges
from cms.articles.kinds import ArticleStatus, WorkflowStep
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.refreshing import compare_live
from cms.articles.workflow.reviewing import approve_article, request_changes, submit_article
from cms.articles.workflow.scheduling import schedule_article
from cms.articles.workflow.withdrawing import withdraw_article
from cms.database import Database
from cms.errors import Forbidden, Problems, VersionConflict
from cms.permissions import PERMISSIONS_OF_ROLE, SYSTEM, Actor, Permission, Role
from tests.articles.test_two_writers import at_once
from tests.factories import FAR_OFF, make_actor, make_article, make_published_article, make_submitted_article

Verb = Callable[..., Awaitable[None]]
# Somebody who may do everything but skip the review.
CAREFUL = Actor(None, "careful", Role.EDITOR, frozenset(Permission) - {Permission.ARTICLE_SKIP_REVIEW})
S = ArticleStatus


async def state_of(session: AsyncSession, article_id: UUID) -> tuple[ArticleStatus, bool]:
    """Where the article stands, and whether it is live."""
    article = tables.article
    row = (await session.execute(select(article).where(article.c.id == article_id))).one()
    return row.status, row.live_version_id is not None


async def history_of(session: AsyncSession, article_id: UUID) -> list[Any]:
    """The article's steps, first to last."""
    step = tables.transition
    query = select(step).where(step.c.article_id == article_id).order_by(step.c.created_at, step.c.id)
    return list((await session.execute(query)).all())


async def schedule(session: AsyncSession, actor: Actor, article_id: UUID, *, expected_version: int) -> None:
    """Schedule it for a time far off."""
    await schedule_article(session, actor, article_id, expected_version=expected_version, times=FAR_OFF)


async def article_in(session: AsyncSession, status: ArticleStatus) -> tuple[UUID, int]:
    """An article that stands there, and its version."""
    article_id = await make_article(session)
    steps: dict[ArticleStatus, list[Verb]] = {
        S.DRAFT: [],
        S.IN_REVIEW: [submit_article],
        S.APPROVED: [submit_article, approve_article],
        S.SCHEDULED: [schedule],
        S.PUBLISHED: [publish_article],
        S.UNPUBLISHED: [publish_article, unpublish_article],
    }
    for verb in steps.get(status, [publish_article]):
        await verb(session, SYSTEM, article_id, expected_version=1)
    if status is S.WITHDRAWN:
        await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason="Wrong.")
    return article_id, 1


async def save(session: AsyncSession, actor: Actor, article_id: UUID, *, expected_version: int) -> None:
    """Change the headline."""
    changes = ArticleChanges(title=f"Another {expected_version}")
    await update_article(session, actor, article_id, expected_version=expected_version, changes=changes)


# Where each step leads from each status: with the review, and for somebody who may skip it. What is missing is refused.
REVIEWED: dict[tuple[Verb, ArticleStatus], ArticleStatus] = {
    (submit_article, S.DRAFT): S.IN_REVIEW,
    (submit_article, S.UNPUBLISHED): S.IN_REVIEW,
    (submit_article, S.WITHDRAWN): S.IN_REVIEW,
    (request_changes, S.IN_REVIEW): S.DRAFT,
    (request_changes, S.APPROVED): S.DRAFT,
    (approve_article, S.IN_REVIEW): S.APPROVED,
    (schedule, S.APPROVED): S.SCHEDULED,
    (schedule, S.SCHEDULED): S.SCHEDULED,
    (publish_article, S.APPROVED): S.PUBLISHED,
    (publish_article, S.SCHEDULED): S.PUBLISHED,
    (publish_article, S.PUBLISHED): S.PUBLISHED,
    **{(save, status): S.DRAFT for status in S},
}
UNREVIEWED = [S.DRAFT, S.IN_REVIEW, S.UNPUBLISHED, S.WITHDRAWN]
SKIPPED = {
    **REVIEWED,
    **{(schedule, status): S.SCHEDULED for status in UNREVIEWED},
    **{(publish_article, status): S.PUBLISHED for status in UNREVIEWED},
    **{(save, status): status for status in (S.IN_REVIEW, S.APPROVED, S.SCHEDULED)},
}
VERBS = (submit_article, request_changes, approve_article, schedule, publish_article, save)
CASES = list(product(range(len(VERBS)), S, (CAREFUL, SYSTEM)))


@pytest.mark.parametrize(("verb_index", "status", "actor"), CASES)
async def test_each_step_leads_where_the_table_says(
    session: AsyncSession, verb_index: int, status: ArticleStatus, actor: Actor
) -> None:
    verb, table = VERBS[verb_index], REVIEWED if actor is CAREFUL else SKIPPED
    article_id, version = await article_in(session, status)
    before, steps = await state_of(session, article_id), len(await history_of(session, article_id))
    if after := table.get((verb, status)):
        await verb(session, actor, article_id, expected_version=version)
        assert (await state_of(session, article_id))[0] == after
    else:
        with pytest.raises(Problems, match=f"The article is {status}"):
            await verb(session, actor, article_id, expected_version=version)
        assert await state_of(session, article_id) == before
        assert len(await history_of(session, article_id)) == steps
    assert await compare_live(session) == []


async def test_a_refusal_names_the_state_and_what_is_possible(session: AsyncSession) -> None:
    article_id = await make_submitted_article(session)
    with pytest.raises(Problems) as refusal:
        await publish_article(session, CAREFUL, article_id, expected_version=1)
    assert refusal.value.message == (
        "The article is IN_REVIEW; publishArticle needs one of: APPROVED, SCHEDULED, PUBLISHED."
        " From IN_REVIEW, there is: requestChanges, approveArticle."
    )


async def test_what_is_live_stays_so_while_a_newer_draft_is_reviewed(session: AsyncSession) -> None:
    article_id = await make_published_article(session, title="One")
    await save(session, CAREFUL, article_id, expected_version=1)
    assert await state_of(session, article_id) == (S.DRAFT, True)
    await submit_article(session, CAREFUL, article_id, expected_version=2)
    await approve_article(session, CAREFUL, article_id, expected_version=2)
    assert await state_of(session, article_id) == (S.APPROVED, True)
    live = (await session.execute(select(tables.live_article))).one()
    assert (live.title, live.status) == ("One", "PUBLISHED")
    await unpublish_article(session, CAREFUL, article_id, expected_version=2)
    assert await state_of(session, article_id) == (S.APPROVED, False)


async def test_every_step_is_kept_with_who_and_why(session: AsyncSession) -> None:
    author, editor = await make_actor(session, Role.AUTHOR), await make_actor(session, Role.EDITOR)
    article_id = await make_article(session, author)
    await submit_article(session, author, article_id, expected_version=1, message="Please look")
    await request_changes(session, editor, article_id, expected_version=1, message="Too long")
    await submit_article(session, author, article_id, expected_version=1)
    await approve_article(session, editor, article_id, expected_version=1)
    await save(session, CAREFUL, article_id, expected_version=1)
    await publish_article(session, editor, article_id, expected_version=2, message="Now")
    W = WorkflowStep
    told = [
        (row.step, row.from_status, row.to_status, row.version, row.actor_name, row.note)
        for row in await history_of(session, article_id)
    ]
    assert told == [
        (W.SUBMIT, S.DRAFT, S.IN_REVIEW, 1, author.name, "Please look"),
        (W.REQUEST_CHANGES, S.IN_REVIEW, S.DRAFT, 1, editor.name, "Too long"),
        (W.SUBMIT, S.DRAFT, S.IN_REVIEW, 1, author.name, None),
        (W.APPROVE, S.IN_REVIEW, S.APPROVED, 1, editor.name, None),
        (W.SAVE, S.APPROVED, S.DRAFT, 2, CAREFUL.name, None),
        (W.PUBLISH, S.DRAFT, S.PUBLISHED, 2, editor.name, "Now"),
    ]


# What each permission lets one do, to what one has created and to what somebody else has.
RIGHTS: list[tuple[Verb, ArticleStatus, Permission, Permission]] = [
    (submit_article, S.DRAFT, Permission.ARTICLE_SUBMIT_OWN, Permission.ARTICLE_SUBMIT),
    (request_changes, S.IN_REVIEW, Permission.ARTICLE_REVIEW, Permission.ARTICLE_REVIEW),
    (approve_article, S.IN_REVIEW, Permission.ARTICLE_APPROVE, Permission.ARTICLE_APPROVE),
    (schedule, S.APPROVED, Permission.ARTICLE_SCHEDULE_OWN, Permission.ARTICLE_SCHEDULE),
    (publish_article, S.APPROVED, Permission.ARTICLE_PUBLISH_OWN, Permission.ARTICLE_PUBLISH),
]


@pytest.mark.parametrize("is_own", [True, False])
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("case", range(len(RIGHTS)))
async def test_each_step_needs_its_permission(
    session: AsyncSession, case: int, role: Role, is_own: bool
) -> None:
    verb, status, own, everybodys = RIGHTS[case]
    actor = await make_actor(session, role)
    article_id, _ = await article_in(session, status)
    if is_own:
        await session.execute(update(tables.article).values(created_by=actor.id))
    held = PERMISSIONS_OF_ROLE[role]
    before = await state_of(session, article_id)
    if everybodys in held or (is_own and own in held):
        await verb(session, actor, article_id, expected_version=1)
        assert await state_of(session, article_id) != before
        return
    with pytest.raises(Forbidden):
        await verb(session, actor, article_id, expected_version=1)
    assert await state_of(session, article_id) == before


async def test_a_step_on_an_older_version_is_a_conflict(session: AsyncSession) -> None:
    article_id = await make_submitted_article(session)
    await save(session, SYSTEM, article_id, expected_version=1)
    for verb in (request_changes, approve_article):
        with pytest.raises(VersionConflict):
            await verb(session, SYSTEM, article_id, expected_version=1)


async def test_of_two_reviewers_at_once_one_decides(committed: Database) -> None:
    async with committed.transaction() as session:
        article_id = await make_submitted_article(session)
    codes = await at_once(
        committed,
        lambda session: approve_article(session, SYSTEM, article_id, expected_version=1),
        lambda session: approve_article(session, SYSTEM, article_id, expected_version=1),
    )
    assert codes == ["VALIDATION", "done"]
    async with committed.transaction() as session:
        assert len(await history_of(session, article_id)) == 2


async def test_what_was_changed_meanwhile_is_not_approved(committed: Database) -> None:
    async with committed.transaction() as session:
        article_id = await make_submitted_article(session)
    codes = await at_once(
        committed,
        lambda session: save(session, CAREFUL, article_id, expected_version=1),
        lambda session: approve_article(session, SYSTEM, article_id, expected_version=1),
    )
    assert codes in (["VERSION_CONFLICT", "done"], ["done", "done"])
    async with committed.transaction() as session:
        assert await state_of(session, article_id) == (S.DRAFT, False)
