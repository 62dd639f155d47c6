"""`at:` against a simple model: whatever is done in whatever order, the site as it was at any time, and as it will be by what is scheduled."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cms.articles import tables
from cms.articles.editing import update_article
from cms.articles.inputs import ArticleChanges
from cms.articles.kinds import ScheduledAction, ScheduledState
from cms.articles.publishing import publish_article, unpublish_article
from cms.articles.workflow.running import run_step
from cms.articles.workflow.scheduling import Times, cancel_schedule, schedule_article
from cms.articles.workflow.withdrawing import withdraw_article
from cms.context import scope_for
from cms.database import Database
from cms.errors import Forbidden, KiosqueError
from cms.ids import public_id
from cms.permissions import SYSTEM, Actor, Permission, Role
from cms.perspective import parse_perspective
from tests.factories import make_article, version_number
from tests.reading.asking import Questions, at_view

READ = """query($ids: [ID!]!) { articles(first: 100) { totalCount nodes { title status } }
  nodes(ids: $ids) { ... on Article { title status body { text } } } }"""
CAREFUL = Actor(None, "careful", Role.EDITOR, frozenset(Permission) - {Permission.ARTICLE_SKIP_REVIEW})
WITHDRAWN = "withdrawn"


@dataclass
class Piece:
    """What an article is to the model: titles stand for versions."""

    key: UUID
    draft: str
    shown: str | None = None
    was_published: bool = False
    is_on_its_way: bool = False
    publishes: tuple[datetime, str] | None = None
    unpublishes: datetime | None = None
    past: list[tuple[datetime, str | None]] = field(default_factory=list[tuple[datetime, str | None]])

    def at(self, time: datetime) -> str | None:
        """What of it is shown at the time."""
        found = self.shown if time >= self.past[-1][0] else None
        for since, shown in self.past:
            if since <= time:
                found = shown
        if self.publishes and self.publishes[0] <= time:
            found = self.publishes[1]
        return None if self.unpublishes and self.unpublishes <= time else found


class Desk:
    """Does things to the pieces at random, in the database and in the model."""

    def __init__(self, random: Random, beginning: datetime) -> None:
        self.random, self.pieces, self.beginning = random, list[Piece](), beginning

    def later(self) -> datetime:
        """A time to come."""
        return self.beginning + timedelta(minutes=self.random.randint(10, 600))

    async def do(self, session: AsyncSession, step: int) -> None:
        """One thing."""
        piece = self.random.choice(self.pieces)
        deeds = [
            self.save,
            self.save,
            self.publish,
            self.unpublish,
            self.schedule,
            self.schedule,
            self.schedule,
        ]
        deed = self.random.choice([*deeds, self.cancel, self.withdraw, self.run, self.run])
        await deed(session, piece, await version_number(session, piece.key), step)

    async def save(self, session: AsyncSession, piece: Piece, number: int, step: int) -> None:
        actor = self.random.choice([SYSTEM, CAREFUL])
        title = f"Title {step}"
        await update_article(
            session, actor, piece.key, expected_version=number, changes=ArticleChanges(title=title)
        )
        piece.draft, piece.is_on_its_way = title, piece.is_on_its_way and actor is SYSTEM
        if piece.publishes and piece.is_on_its_way:
            piece.publishes = (piece.publishes[0], title)

    async def publish(self, session: AsyncSession, piece: Piece, number: int, _: int) -> None:
        await publish_article(session, SYSTEM, piece.key, expected_version=number)
        piece.shown, piece.was_published = piece.draft, True
        piece.publishes, piece.is_on_its_way = None, False

    async def unpublish(self, session: AsyncSession, piece: Piece, number: int, _: int) -> None:
        await unpublish_article(session, SYSTEM, piece.key, expected_version=number)
        if piece.shown not in {None, WITHDRAWN}:
            piece.shown = None
            piece.unpublishes = piece.unpublishes if piece.publishes else None

    async def schedule(self, session: AsyncSession, piece: Piece, number: int, _: int) -> None:
        first, last = sorted([self.later(), self.later()])
        times = Times(publish_at=first, unpublish_at=self.random.choice([last, None]))
        await schedule_article(session, SYSTEM, piece.key, expected_version=number, times=times)
        assert isinstance(times.unpublish_at, datetime | None)
        piece.publishes, piece.unpublishes, piece.is_on_its_way = (
            (first, piece.draft),
            times.unpublish_at,
            True,
        )

    async def cancel(self, session: AsyncSession, piece: Piece, number: int, _: int) -> None:
        await cancel_schedule(session, SYSTEM, piece.key, expected_version=number)
        piece.publishes = piece.unpublishes = None

    async def withdraw(self, session: AsyncSession, piece: Piece, number: int, _: int) -> None:
        await withdraw_article(session, SYSTEM, piece.key, expected_version=number, reason="Wrong.")
        piece.shown, piece.publishes, piece.unpublishes, piece.is_on_its_way = WITHDRAWN, None, None, False

    async def run(self, session: AsyncSession, piece: Piece, _: int, __: int) -> None:
        """What a worker does with the first thing that is scheduled."""
        step = tables.scheduled_step
        due = select(step).where(step.c.article_id == piece.key, step.c.state == ScheduledState.PENDING)
        row = (await session.execute(due.order_by(step.c.due_at))).first()
        if row is None:
            return
        await run_step(session, row.id)
        if row.action is ScheduledAction.PUBLISH:
            assert piece.publishes is not None
            piece.shown, piece.publishes, piece.was_published = piece.publishes[1], None, True
            piece.is_on_its_way = piece.is_on_its_way and piece.shown != piece.draft
        else:
            piece.shown, piece.unpublishes = None if piece.shown != WITHDRAWN else WITHDRAWN, None


@pytest.mark.parametrize("seed", range(4))
async def test_any_time_is_read_as_it_was_or_will_be(seed: int, asked: Questions, empty: Database) -> None:
    random, beginning = Random(seed), datetime.now(UTC)
    desk = Desk(random, beginning)
    async with empty.transaction() as session:
        for index in range(4):
            desk.pieces.append(Piece(await make_article(session, title=f"First {index}"), f"First {index}"))
    moments = [beginning - timedelta(days=1)]
    _remember(desk)
    for step in range(30):
        try:
            async with empty.transaction() as session:
                await desk.do(session, step)
        except KiosqueError:
            continue
        _remember(desk)
        moments.append(datetime.now(UTC))
    assert len(moments) > 12
    async with empty.transaction() as session:
        for piece in desk.pieces[:2]:
            for deed in (desk.save, desk.schedule):
                await deed(session, piece, await version_number(session, piece.key), 99)
    to_come = [beginning + timedelta(minutes=minutes) for minutes in (5, 60, 150, 300, 450, 700)]
    assert any(piece.publishes or piece.unpublishes for piece in desk.pieces)
    for moment in [*random.sample(moments, 8), moments[-1], *to_come]:
        await _check(asked, desk, moment)


def _remember(desk: Desk) -> None:
    now = datetime.now(UTC)
    for piece in desk.pieces:
        piece.past.append((now, piece.shown))


async def _check(asked: Questions, desk: Desk, moment: datetime) -> None:
    ids = [public_id("article", piece.key) for piece in desk.pieces]
    view = at_view(moment)
    data = await asked.ask(READ, {"ids": ids}, view)
    model = [piece.at(moment) for piece in desk.pieces]
    assert [_told(node) for node in data["nodes"]] == model, moment
    titles = {title for title in model if title not in {None, WITHDRAWN}}
    assert {node["title"] for node in data["articles"]["nodes"]} == titles
    assert {node["status"] for node in data["articles"]["nodes"]} <= {"PUBLISHED"}
    assert data["articles"]["totalCount"] == len(titles)
    planned = await asked.planned(READ, {"ids": ids}, view)
    assert (planned.statements, planned.fallbacks) == (3, [])


def _told(node: dict[str, Any] | None) -> str | None:
    if node is None:
        return None
    return WITHDRAWN if node["status"] == "WITHDRAWN" else node["title"]


def test_what_will_be_needs_a_permission() -> None:
    rights = frozenset({Permission.ARTICLE_READ_DRAFTS})
    actor = Actor(None, "reader", Role.VIEWER, rights)
    assert scope_for(actor, parse_perspective("at:2020-01-01T00:00:00Z")).reads_scheduled is False
    with pytest.raises(Forbidden, match="article:read_scheduled"):
        scope_for(actor, parse_perspective("at:2999-01-01T00:00:00Z"))
    holder = Actor(None, "planner", Role.VIEWER, rights | {Permission.ARTICLE_READ_SCHEDULED})
    assert scope_for(holder, parse_perspective("at:2999-01-01T00:00:00Z")).reads_scheduled is True
