"""Scheduling: what is published or unpublished at a set time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.alternatives import check_alternatives
from cms.articles.editing import LockedArticle, check_version
from cms.articles.fields import clean_message
from cms.articles.kinds import ArticleStatus, ScheduledAction, ScheduledState, WorkflowStep
from cms.articles.workflow.reviewing import lock_for_step
from cms.articles.workflow.steps import Steps, end_steps, pending_steps, plan_step
from cms.articles.workflow.transitions import check_step, record_step
from cms.articles.workflow.withdrawals import check_may_lift
from cms.articles.workflow.zones import zone_of
from cms.changes import UNSET, Maybe, Unset, value_or
from cms.checks import Checks
from cms.database import now
from cms.errors import Invalid
from cms.permissions import Actor

_PUBLISH, _UNPUBLISH = ScheduledAction.PUBLISH, ScheduledAction.UNPUBLISH


@dataclass(frozen=True, kw_only=True)
class Times:
    """When to publish and to unpublish. What was not sent stays as it is; None cancels."""

    publish_at: Maybe[datetime | None] = UNSET
    unpublish_at: Maybe[datetime | None] = UNSET
    time_zone: str | None = None


async def schedule_article(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    *,
    expected_version: int,
    times: Times,
    message: str | None = None,
) -> None:
    """Publish the draft, unpublish the article, or both, at set times: each is done once, by whichever worker is there.

    Raises NotFound, VersionConflict, or Problems, among them for a time in the past or a status from which nothing can be scheduled.
    """
    locked = await lock_for_step(session, actor, article_id, WorkflowStep.SCHEDULE)
    check_version(locked, expected_version)
    standing = await pending_steps(session, article_id)
    checks = Checks()
    with checks.gather():
        message = clean_message(message)
    with checks.gather():
        _check_times(times, locked, standing)
    with checks.gather():
        _check_zone(times)
    with checks.gather():
        if isinstance(times.publish_at, datetime):
            check_step(locked.status, actor, WorkflowStep.SCHEDULE)
    with checks.gather():
        if isinstance(times.publish_at, datetime):
            await check_alternatives(session, locked.draft_version_id)
    checks.finish()
    if isinstance(times.publish_at, datetime):
        await check_may_lift(session, actor, article_id)
    after = _status_after(locked.status, times)
    await _plan(session, actor, locked, times, message=message)
    await _move(session, actor, locked, after, _step_of(times), message=message)


async def cancel_schedule(
    session: AsyncSession,
    actor: Actor,
    article_id: UUID,
    *,
    expected_version: int,
    message: str | None = None,
) -> None:
    """Do nothing at set times any more. What was scheduled is approved. Raises NotFound, VersionConflict, or Invalid if nothing is scheduled."""
    locked = await lock_for_step(session, actor, article_id, WorkflowStep.SCHEDULE)
    check_version(locked, expected_version)
    message = clean_message(message)
    if not await pending_steps(session, article_id):
        raise Invalid("Nothing is scheduled for the article.", "id")
    times = Times(publish_at=None, unpublish_at=None)
    await _plan(session, actor, locked, times, message=message)
    after = _status_after(locked.status, times)
    await _move(session, actor, locked, after, WorkflowStep.CANCEL_SCHEDULE, message=message)


def _check_times(times: Times, locked: LockedArticle, standing: Steps) -> None:
    if isinstance(times.publish_at, Unset) and isinstance(times.unpublish_at, Unset):
        raise Invalid("Give publishAt, unpublishAt, or both; null cancels what was set.", "publishAt")
    for name, moment in (("publishAt", times.publish_at), ("unpublishAt", times.unpublish_at)):
        if isinstance(moment, datetime) and moment <= now():
            raise Invalid(f"“{name}” is in the past; a time to come is needed.", name)
    publish_at, unpublish_at = (
        value_or(given, standing[action].due_at if action in standing else None)
        for given, action in ((times.publish_at, _PUBLISH), (times.unpublish_at, _UNPUBLISH))
    )
    if unpublish_at is None:
        return
    if publish_at is None and locked.live_version_id is None:
        raise Invalid(
            "Nothing would be live that could be unpublished; give publishAt as well, or unpublishAt as null.",
            "unpublishAt",
        )
    if publish_at is not None and unpublish_at <= publish_at:
        raise Invalid("“unpublishAt” must come after “publishAt”.", "unpublishAt")


def _check_zone(times: Times) -> None:
    if times.time_zone is not None:
        zone_of(now(), times.time_zone, "timeZone")


def _status_after(before: ArticleStatus, times: Times) -> ArticleStatus:
    if isinstance(times.publish_at, datetime):
        return ArticleStatus.SCHEDULED
    is_cancelled = times.publish_at is None and before == ArticleStatus.SCHEDULED
    return ArticleStatus.APPROVED if is_cancelled else before


def _step_of(times: Times) -> WorkflowStep:
    is_set = isinstance(times.publish_at, datetime) or isinstance(times.unpublish_at, datetime)
    return WorkflowStep.SCHEDULE if is_set else WorkflowStep.CANCEL_SCHEDULE


async def _plan(
    session: AsyncSession, actor: Actor, locked: LockedArticle, times: Times, *, message: str | None
) -> None:
    for action, moment, version_id in (
        (_PUBLISH, times.publish_at, locked.draft_version_id),
        (_UNPUBLISH, times.unpublish_at, None),
    ):
        if moment is None:
            await end_steps(session, locked.id, action, state=ScheduledState.CANCELLED)
        elif isinstance(moment, datetime):
            await plan_step(
                session,
                actor,
                locked.id,
                action,
                version_id=version_id,
                due_at=moment,
                time_zone=zone_of(moment, times.time_zone, "timeZone"),
                message=message,
            )


async def _move(
    session: AsyncSession,
    actor: Actor,
    locked: LockedArticle,
    after: ArticleStatus,
    step: WorkflowStep,
    *,
    message: str | None,
) -> None:
    article = tables.article
    await session.execute(update(article).where(article.c.id == locked.id).values(status=after))
    await record_step(
        session,
        actor,
        locked.id,
        step,
        version=locked.version,
        before=locked.status,
        after=after,
        note=message,
    )
