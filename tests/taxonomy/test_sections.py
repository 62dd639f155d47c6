"""Sections: who may change them, their order, and the tree that they form."""

import asyncio
from uuid import UUID

import pytest
from sqlmodel import select

from cms.changes import Noun
from cms.database import Database
from cms.errors import Forbidden, InUse, Invalid, NotFound, Problem, Problems, SlugTaken, Unauthenticated
from cms.ids import new_id
from cms.permissions import SYSTEM, Actor, Permission, Role, actor_of_role
from cms.taxonomy.models import Section
from cms.taxonomy.sections import SectionFields, create_section, delete_section, update_section
from tests.desk import Announcement, actors_without

EDITOR = actor_of_role(Role.EDITOR, actor_id=None, name="editor")


async def make(database: Database, name: str, parent_id: UUID | None = None) -> Section:
    async with database.transaction() as session:
        return await create_section(session, EDITOR, SectionFields(name=name, parent_id=parent_id))


async def change(database: Database, section: Section, fields: SectionFields) -> Section:
    async with database.transaction() as session:
        return await update_section(session, EDITOR, section.id, fields)


async def everything(database: Database) -> list[dict[str, object]]:
    async with database.transaction() as session:
        return [row.model_dump() for row in await session.scalars(select(Section).order_by("slug"))]


@pytest.mark.parametrize("actor", actors_without(Permission.SECTION_WRITE), ids=lambda actor: actor.name)
async def test_who_may_not_write_sections_changes_nothing(database: Database, actor: Actor) -> None:
    section = await make(database, "News")
    before = await everything(database)
    async with database.transaction() as session:
        with pytest.raises((Forbidden, Unauthenticated)):
            await create_section(session, actor, SectionFields(name="Sport"))
        with pytest.raises((Forbidden, Unauthenticated)):
            await update_section(session, actor, section.id, SectionFields(name="Sport"))
        with pytest.raises((Forbidden, Unauthenticated)):
            await delete_section(session, actor, section.id)
    assert await everything(database) == before


async def test_a_section_follows_its_siblings(database: Database) -> None:
    top = [await make(database, name) for name in ("News", "Sport")]
    below = [await make(database, name, top[0].id) for name in ("World", "Home")]
    assert [(row.slug, row.position) for row in [*top, *below]] == [
        ("news", 0),
        ("sport", 1),
        ("world", 0),
        ("home", 1),
    ]


async def test_slugs_from_equal_names_are_numbered(database: Database) -> None:
    assert [(await make(database, "Économie")).slug for _ in range(3)] == [
        "economie",
        "economie-2",
        "economie-3",
    ]


async def test_a_name_without_letters_gets_a_slug_all_the_same(database: Database) -> None:
    assert (await make(database, "🙂")).slug == "section"


async def test_sections_made_at_once_get_different_slugs(database: Database) -> None:
    made = await asyncio.gather(*(make(database, "News") for _ in range(4)))
    assert {row.slug for row in made} == {"news", "news-2", "news-3", "news-4"}


async def test_a_slug_that_another_section_has_is_refused_with_a_free_one(database: Database) -> None:
    await make(database, "News")
    await make(database, "News")
    async with database.transaction() as session:
        with pytest.raises(SlugTaken) as refused:
            await create_section(session, EDITOR, SectionFields(name="Other", slug="news"))
    assert (refused.value.path, refused.value.suggestion) == (["slug"], "news-3")


async def test_a_section_may_keep_its_own_slug(database: Database) -> None:
    section = await make(database, "News")
    assert (await change(database, section, SectionFields(slug="news"))).slug == "news"


async def test_a_new_name_leaves_the_slug_alone_unless_it_is_cleared(database: Database) -> None:
    section = await make(database, "News")
    assert (await change(database, section, SectionFields(name="Latest"))).slug == "news"
    assert (await change(database, section, SectionFields(slug=None))).slug == "latest"


async def test_absent_fields_are_left_alone_and_null_clears(database: Database) -> None:
    parent = await make(database, "News")
    child = await make(database, "World", parent.id)
    await change(database, child, SectionFields(description="  Far\r\naway "))
    changed = await change(database, child, SectionFields(name="Abroad"))
    assert (changed.description, changed.parent_id) == ("Far\naway", parent.id)
    cleared = await change(database, child, SectionFields(description=None, parent_id=None))
    assert (cleared.description, cleared.parent_id, cleared.name) == (None, None, "Abroad")


async def test_all_problems_of_an_input_are_told_together(database: Database) -> None:
    fields = SectionFields(name=" ", description="\x00", parent_id=new_id(), position=-1)
    async with database.transaction() as session:
        with pytest.raises(Problems) as refused:
            await create_section(session, EDITOR, fields)
    found = {(type(problem), *problem.path) for problem in refused.value.problems}
    assert found == {
        (Invalid, "name"),
        (Invalid, "description"),
        (Invalid, "position"),
        (NotFound, "parentId"),
    }
    assert await everything(database) == []


async def test_a_section_needs_a_name(database: Database) -> None:
    async with database.transaction() as session:
        with pytest.raises(Problems) as refused:
            await create_section(session, EDITOR, SectionFields(slug="news"))
    assert [problem.path for problem in refused.value.problems] == [["name"]]


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_a_section_cannot_come_under_itself(database: Database, steps: int) -> None:
    chain = [await make(database, "Top")]
    for name in ("Middle", "Bottom"):
        chain.append(await make(database, name, chain[-1].id))
    before = await everything(database)
    with pytest.raises(Invalid) as refused:
        await change(database, chain[0], SectionFields(parent_id=chain[steps].id))
    assert refused.value.path == ["parentId"]
    assert await everything(database) == before


async def test_two_moves_under_each_other_at_once_make_no_circle(database: Database) -> None:
    one, two = await make(database, "One"), await make(database, "Two")
    moves = [(one, two), (two, one)]
    tried = [change(database, section, SectionFields(parent_id=parent.id)) for section, parent in moves]
    results = await asyncio.gather(*tried, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Invalid", "Section"]


async def test_a_section_with_sections_below_it_stays(database: Database) -> None:
    parent = await make(database, "News")
    children = [await make(database, name, parent.id) for name in ("World", "Home")]
    async with database.transaction() as session:
        with pytest.raises(InUse) as refused:
            await delete_section(session, EDITOR, parent.id)
    assert refused.value.used_by == [("section", child.id) for child in children]
    assert len(await everything(database)) == 3


async def test_changes_and_deletions_are_announced(database: Database, heard: list[Announcement]) -> None:
    section = await make(database, "News")
    await change(database, section, SectionFields(name="Latest"))
    async with database.transaction() as session:
        assert await delete_section(session, EDITOR, section.id) == section.id
    assert heard == [("changed", Noun.SECTION, section.id), ("leaving", Noun.SECTION, section.id)]
    assert await everything(database) == []


async def test_an_unknown_section_is_not_found(database: Database) -> None:
    problems: list[Problem] = []
    async with database.transaction() as session:
        for attempt in (
            update_section(session, SYSTEM, new_id(), SectionFields(name="x")),
            delete_section(session, SYSTEM, new_id()),
        ):
            with pytest.raises(NotFound) as refused:
                await attempt
            problems.append(refused.value)
    assert [problem.path for problem in problems] == [["id"], ["id"]]
