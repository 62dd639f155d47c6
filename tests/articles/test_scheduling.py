"""What is done at a set time: once, and as it was meant."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.deleting import delete_article
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges, Cover
from cms.articles.kinds import ArticleStatus, ScheduledAction, ScheduledState
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.refreshing import compare_live
from cms.articles.workflow.running import revive_lost_steps, run_step
from cms.articles.workflow.scheduling import Times, cancel_schedule, schedule_article
from cms.articles.workflow.withdrawing import withdraw_article
from cms.changes import Noun, announce_leaving
from cms.database import Database, now
from cms.errors import Forbidden, InUse, Invalid, Problems
from cms.permissions import SYSTEM, Role
from tests.articles.test_two_writers import at_once
from tests.articles.test_workflow import CAREFUL, save, state_of
from tests.factories import (
    make_actor,
    make_article,
    make_asset,
    make_published_article,
    make_scheduled_article,
)

S, PUBLISH, UNPUBLISH = ArticleStatus, ScheduledAction.PUBLISH, ScheduledAction.UNPUBLISH
SOON, LATER = now() + timedelta(days=1), now() + timedelta(days=2)


async def steps_of(session: AsyncSession, article_id: UUID, state: ScheduledState) -> list[Any]:
    """The article's steps in a state, the earliest first."""
    step = tables.scheduled_step
    query = select(step).where(step.c.article_id == article_id, step.c.state == state)
    return list((await session.execute(query.order_by(step.c.due_at))).all())


async def pending(session: AsyncSession, article_id: UUID) -> list[ScheduledAction]:
    """What waits for its time."""
    return [step.action for step in await steps_of(session, article_id, ScheduledState.PENDING)]


async def schedule(session: AsyncSession, article_id: UUID, version: int = 1, **times: Any) -> None:
    """Schedule as somebody who may do everything."""
    await schedule_article(session, SYSTEM, article_id, expected_version=version, times=Times(**times))


async def run(session: AsyncSession, article_id: UUID, action: ScheduledAction) -> None:
    """Do what a worker does once the time of the step has come."""
    [step] = [
        row for row in await steps_of(session, article_id, ScheduledState.PENDING) if row.action is action
    ]
    await run_step(session, step.id)


async def jobs_of(session: AsyncSession) -> list[tuple[str, datetime]]:
    """The jobs in the queue: the steps that they are for, and when."""
    rows = await session.execute(
        text("SELECT args->>'step_id', scheduled_at FROM procrastinate_jobs WHERE status = 'todo' ORDER BY 2")
    )
    return [(row[0], row[1]) for row in rows]


async def test_a_schedule_and_its_job_are_made_together(session: AsyncSession) -> None:
    before = len(await jobs_of(session))
    article_id = await make_article(session)
    await schedule(session, article_id, publish_at=SOON, unpublish_at=LATER, time_zone="Europe/Paris")
    assert await state_of(session, article_id) == (S.SCHEDULED, False)
    publish, unpublish = await steps_of(session, article_id, ScheduledState.PENDING)
    assert (publish.action, publish.due_at, publish.time_zone) == (PUBLISH, SOON, "Europe/Paris")
    assert (unpublish.action, unpublish.due_at, unpublish.version_id) == (UNPUBLISH, LATER, None)
    jobs = [(str(publish.id), SOON), (str(unpublish.id), LATER)]
    assert [job for job in await jobs_of(session) if job in jobs] == jobs
    assert len(await jobs_of(session)) == before + 2


async def test_the_offset_is_kept_where_no_zone_is_named(session: AsyncSession) -> None:
    for zone, kept in ((UTC, "UTC"), (timezone(timedelta(hours=-3, minutes=-30)), "-03:30")):
        article_id = await make_article(session)
        await schedule(session, article_id, publish_at=SOON.astimezone(zone))
        [step] = await steps_of(session, article_id, ScheduledState.PENDING)
        assert (step.time_zone, step.due_at) == (kept, SOON)


async def test_it_is_published_once_however_often_its_job_runs(session: AsyncSession) -> None:
    article_id = await make_scheduled_article(session)
    [step] = await steps_of(session, article_id, ScheduledState.PENDING)
    await run_step(session, step.id)
    assert await state_of(session, article_id) == (S.PUBLISHED, True)
    await unpublish_article(session, SYSTEM, article_id, expected_version=1)
    await run_step(session, step.id)
    assert await state_of(session, article_id) == (S.UNPUBLISHED, False)
    publications = select(func.count()).select_from(tables.publication)
    assert await session.scalar(publications.where(tables.publication.c.article_id == article_id)) == 1


async def test_it_is_unpublished_at_its_time(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    await schedule(session, article_id, unpublish_at=SOON)
    assert await state_of(session, article_id) == (S.PUBLISHED, True)
    await run(session, article_id, UNPUBLISH)
    assert await state_of(session, article_id) == (S.UNPUBLISHED, False)
    assert await compare_live(session) == []


async def test_after_a_pause_of_all_workers_both_are_done_in_their_order(session: AsyncSession) -> None:
    article_id = await make_article(session)
    await schedule(session, article_id, publish_at=SOON, unpublish_at=LATER)
    # The later job comes first: it does what should have been done before.
    await run(session, article_id, UNPUBLISH)
    assert await state_of(session, article_id) == (S.UNPUBLISHED, False)
    done = await steps_of(session, article_id, ScheduledState.DONE)
    assert [step.action for step in done] == [PUBLISH, UNPUBLISH]


async def test_another_time_takes_the_place_of_the_first(session: AsyncSession) -> None:
    article_id = await make_scheduled_article(session)
    [first] = await steps_of(session, article_id, ScheduledState.PENDING)
    await schedule(session, article_id, publish_at=SOON)
    [second] = await steps_of(session, article_id, ScheduledState.PENDING)
    await run_step(session, first.id)
    assert await state_of(session, article_id) == (S.SCHEDULED, False)
    assert (second.due_at, await pending(session, article_id)) == (SOON, [PUBLISH])


async def test_cancelling_leaves_it_approved_and_undone(session: AsyncSession) -> None:
    article_id = await make_article(session)
    await schedule(session, article_id, publish_at=SOON, unpublish_at=LATER)
    planned = await steps_of(session, article_id, ScheduledState.PENDING)
    await cancel_schedule(session, SYSTEM, article_id, expected_version=1)
    for step in planned:
        await run_step(session, step.id)
    assert await state_of(session, article_id) == (S.APPROVED, False)
    with pytest.raises(Invalid, match="Nothing is scheduled"):
        await cancel_schedule(session, SYSTEM, article_id, expected_version=1)


async def test_null_cancels_one_of_the_two(session: AsyncSession) -> None:
    article_id = await make_article(session)
    await schedule(session, article_id, publish_at=SOON, unpublish_at=LATER)
    await schedule(session, article_id, unpublish_at=None)
    assert await pending(session, article_id) == [PUBLISH]
    await schedule(session, article_id, publish_at=None)
    assert (await pending(session, article_id), (await state_of(session, article_id))[0]) == ([], S.APPROVED)


async def test_publishing_by_hand_is_not_done_again(session: AsyncSession) -> None:
    article_id = await make_article(session)
    await schedule(session, article_id, publish_at=SOON, unpublish_at=LATER)
    await publish_article(session, SYSTEM, article_id, expected_version=1)
    assert await pending(session, article_id) == [UNPUBLISH]
    await unpublish_article(session, SYSTEM, article_id, expected_version=1)
    assert await pending(session, article_id) == []


async def test_unpublishing_by_hand_leaves_what_is_scheduled_after_it(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    await save(session, SYSTEM, article_id, expected_version=1)
    await schedule(session, article_id, 2, publish_at=SOON, unpublish_at=LATER)
    await unpublish_article(session, SYSTEM, article_id, expected_version=2)
    assert await state_of(session, article_id) == (S.SCHEDULED, False)
    assert await pending(session, article_id) == [PUBLISH, UNPUBLISH]


async def test_what_is_withdrawn_or_deleted_is_not_published_later(session: AsyncSession) -> None:
    article_id = await make_published_article(session)
    await save(session, SYSTEM, article_id, expected_version=1)
    await schedule(session, article_id, 2, publish_at=SOON)
    [step] = await steps_of(session, article_id, ScheduledState.PENDING)
    await withdraw_article(session, SYSTEM, article_id, expected_version=2, reason="Wrong.")
    await run_step(session, step.id)
    assert await state_of(session, article_id) == (S.WITHDRAWN, False)
    other = await make_scheduled_article(session)
    [step] = await steps_of(session, other, ScheduledState.PENDING)
    await delete_article(session, SYSTEM, other)
    await run_step(session, step.id)
    assert await session.scalar(select(tables.article.c.id).where(tables.article.c.id == other)) is None


async def live_title(session: AsyncSession, article_id: UUID) -> str | None:
    """What the public reads at its head."""
    live = tables.live_article
    return await session.scalar(select(live.c.title).where(live.c.id == article_id))


async def test_a_change_by_whoever_may_skip_the_review_is_published_too(session: AsyncSession) -> None:
    article_id = await make_scheduled_article(session, title="One")
    await save(session, SYSTEM, article_id, expected_version=1)
    assert await state_of(session, article_id) == (S.SCHEDULED, False)
    await run(session, article_id, PUBLISH)
    assert await live_title(session, article_id) == "Another 1"
    assert await state_of(session, article_id) == (S.PUBLISHED, True)


async def test_a_change_by_anybody_else_waits_for_its_review(session: AsyncSession) -> None:
    article_id = await make_scheduled_article(session, title="One")
    await save(session, CAREFUL, article_id, expected_version=1)
    assert await state_of(session, article_id) == (S.DRAFT, False)
    await run(session, article_id, PUBLISH)
    assert await live_title(session, article_id) == "One"
    assert await state_of(session, article_id) == (S.DRAFT, True)
    assert await compare_live(session) == []


async def test_a_picture_of_the_version_that_will_be_published_stays(session: AsyncSession) -> None:
    asset = await make_asset(session)
    article_id = await make_scheduled_article(session, cover=Cover(asset))
    changes = ArticleChanges(cover=None)
    await update_article(session, CAREFUL, article_id, expected_version=1, changes=changes)
    with pytest.raises(InUse):
        await announce_leaving(session, Noun.ASSET, asset)
    await cancel_schedule(session, SYSTEM, article_id, expected_version=2)
    await announce_leaving(session, Noun.ASSET, asset)


@pytest.mark.parametrize(
    ("times", "field", "words"),
    [
        ({}, "publishAt", "Give publishAt, unpublishAt, or both"),
        ({"publish_at": now() - timedelta(seconds=1)}, "publishAt", "in the past"),
        ({"publish_at": SOON, "unpublish_at": now() - timedelta(days=9)}, "unpublishAt", "in the past"),
        ({"publish_at": LATER, "unpublish_at": SOON}, "unpublishAt", "must come after"),
        ({"publish_at": SOON, "unpublish_at": SOON}, "unpublishAt", "must come after"),
        ({"unpublish_at": SOON}, "unpublishAt", "Nothing would be live"),
        ({"publish_at": SOON, "time_zone": "Europe/Atlantis"}, "timeZone", "is no time zone"),
        ({"publish_at": SOON, "time_zone": "../../etc/passwd"}, "timeZone", "is no time zone"),
        ({"publish_at": SOON, "time_zone": ""}, "timeZone", "is no time zone"),
    ],
)
async def test_times_that_cannot_be_are_refused_by_name(
    session: AsyncSession, times: dict[str, Any], field: str, words: str
) -> None:
    article_id = await make_article(session)
    with pytest.raises(Problems, match=words) as refusal:
        await schedule(session, article_id, **times)
    assert [problem.path for problem in refusal.value.problems] == [[field]]
    assert (await state_of(session, article_id), await pending(session, article_id)) == ((S.DRAFT, False), [])


async def test_whoever_may_not_withdraw_does_not_schedule_what_is_withdrawn(session: AsyncSession) -> None:
    author = await make_actor(session, Role.AUTHOR)
    article_id = await make_published_article(session)
    await withdraw_article(session, SYSTEM, article_id, expected_version=1, reason="Wrong.")
    await session.execute(update(tables.article).values(created_by=author.id))
    with pytest.raises(Forbidden):
        times = Times(publish_at=SOON)
        await schedule_article(session, author, article_id, expected_version=1, times=times)
    await schedule(session, article_id, publish_at=SOON)
    await run(session, article_id, PUBLISH)
    assert await state_of(session, article_id) == (S.PUBLISHED, True)
    assert await compare_live(session) == []


async def test_two_workers_at_once_do_it_once(committed: Database) -> None:
    async with committed.transaction() as session:
        article_id = await make_scheduled_article(session)
        [step] = await steps_of(session, article_id, ScheduledState.PENDING)
    codes = await at_once(committed, *[lambda session: run_step(session, step.id)] * 3)
    assert codes == ["done"] * 3
    async with committed.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(tables.publication)) == 1


async def test_a_worker_and_an_editor_at_once_publish_it_once(committed: Database) -> None:
    async with committed.transaction() as session:
        article_id = await make_scheduled_article(session)
        [step] = await steps_of(session, article_id, ScheduledState.PENDING)
    codes = await at_once(
        committed,
        lambda session: run_step(session, step.id),
        lambda session: publish_article(session, SYSTEM, article_id, expected_version=1),
    )
    assert codes == ["done", "done"]
    async with committed.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(tables.publication)) == 1
        assert await pending(session, article_id) == []


async def test_what_is_overdue_without_a_job_gets_one(session: AsyncSession) -> None:
    article_id = await make_scheduled_article(session)
    [step] = await steps_of(session, article_id, ScheduledState.PENDING)
    earlier = now() - timedelta(minutes=2)
    await session.execute(update(tables.scheduled_step).values(due_at=earlier))
    assert await revive_lost_steps(session) == 0
    await session.execute(text("DELETE FROM procrastinate_jobs"))
    assert await revive_lost_steps(session) == 1
    assert [key for key, _ in await jobs_of(session)] == [str(step.id)]
    assert await revive_lost_steps(session) == 0
