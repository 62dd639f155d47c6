"""Tags: who may change them, and how several become one."""

import pytest
from sqlmodel import select

from cms.changes import Noun
from cms.database import Database
from cms.errors import Forbidden, Invalid, NotFound, Problem, Problems, SlugTaken, Unauthenticated
from cms.ids import new_id
from cms.permissions import Actor, Permission, Role, actor_of_role
from cms.taxonomy.models import Tag
from cms.taxonomy.tags import MERGED_MAX, TagFields, create_tag, delete_tag, merge_tags, update_tag
from tests.desk import Announcement, actors_without

EDITOR = actor_of_role(Role.EDITOR, actor_id=None, name="editor")


async def make(database: Database, *names: str) -> list[Tag]:
    async with database.transaction() as session:
        return [await create_tag(session, EDITOR, TagFields(name=name)) for name in names]


async def everything(database: Database) -> list[dict[str, object]]:
    async with database.transaction() as session:
        return [row.model_dump() for row in await session.scalars(select(Tag).order_by("slug"))]


@pytest.mark.parametrize("actor", actors_without(Permission.TAG_WRITE), ids=lambda actor: actor.name)
async def test_who_may_not_write_tags_changes_nothing(database: Database, actor: Actor) -> None:
    one, two = await make(database, "One", "Two")
    before = await everything(database)
    async with database.transaction() as session:
        for attempt in (
            create_tag(session, actor, TagFields(name="Three")),
            update_tag(session, actor, one.id, TagFields(name="Three")),
            delete_tag(session, actor, one.id),
            merge_tags(session, actor, [one.id], two.id),
        ):
            with pytest.raises((Forbidden, Unauthenticated)):
                await attempt
    assert await everything(database) == before


async def test_a_tag_is_made_changed_and_deleted(database: Database, heard: list[Announcement]) -> None:
    (tag,) = await make(database, "Climate  change")
    assert (tag.name, tag.slug) == ("Climate change", "climate-change")
    async with database.transaction() as session:
        await update_tag(session, EDITOR, tag.id, TagFields(name="Climate", slug="climate"))
    assert [(row["name"], row["slug"]) for row in await everything(database)] == [("Climate", "climate")]
    async with database.transaction() as session:
        await delete_tag(session, EDITOR, tag.id)
    assert await everything(database) == []
    assert heard == [("changed", Noun.TAG, tag.id), ("leaving", Noun.TAG, tag.id)]


async def test_a_slug_that_another_tag_has_is_refused_with_a_free_one(database: Database) -> None:
    _, two = await make(database, "One", "Two")
    async with database.transaction() as session:
        with pytest.raises(SlugTaken) as refused:
            await update_tag(session, EDITOR, two.id, TagFields(slug="one"))
    assert refused.value.suggestion == "one-2"


async def test_a_refused_update_writes_nothing_even_if_the_transaction_goes_on(database: Database) -> None:
    _, two = await make(database, "One", "Two")
    async with database.transaction() as session:
        with pytest.raises(SlugTaken):
            await update_tag(session, EDITOR, two.id, TagFields(name="Renamed", slug="one"))
    assert [row["name"] for row in await everything(database)] == ["One", "Two"]


@pytest.mark.parametrize("name", [None, "", "x" * 201])
async def test_a_tag_needs_a_name(database: Database, name: str | None) -> None:
    async with database.transaction() as session:
        with pytest.raises(Problems) as refused:
            await create_tag(session, EDITOR, TagFields(name=name))
    assert [problem.path for problem in refused.value.problems] == [["name"]]


async def test_merged_tags_vanish_and_are_announced_first(
    database: Database, heard: list[Announcement]
) -> None:
    one, two, into = await make(database, "One", "Two", "Into")
    async with database.transaction() as session:
        kept = await merge_tags(session, EDITOR, [one.id, two.id, one.id], into.id)
    assert kept.id == into.id
    assert [row["id"] for row in await everything(database)] == [into.id]
    assert heard == [("merging", Noun.TAG, key) for key in (one.id, two.id, into.id)]


async def test_what_cannot_be_merged_is_named(database: Database) -> None:
    one, into = await make(database, "One", "Into")
    found: list[tuple[type[Problem], list[str]]] = []
    async with database.transaction() as session:
        for merged, target in (
            ([], into.id),
            ([new_id() for _ in range(MERGED_MAX + 1)], into.id),
            ([one.id, into.id], into.id),
            ([one.id, new_id()], into.id),
            ([one.id], new_id()),
        ):
            with pytest.raises(Problem) as refused:
                await merge_tags(session, EDITOR, merged, target)
            found.append((type(refused.value), refused.value.path))
    assert found == [
        (Invalid, ["fromIds"]),
        (Invalid, ["fromIds"]),
        (Invalid, ["intoId"]),
        (NotFound, ["fromIds", "1"]),
        (NotFound, ["intoId"]),
    ]
    assert len(await everything(database)) == 2
