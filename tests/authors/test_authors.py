"""Authors: who may change them, and what they may say of themselves."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from cms.assets.description import AssetFields
from cms.assets.kinds import AssetState
from cms.assets.library import delete_asset, update_asset
from cms.assets.models import Asset
from cms.authors.models import Author
from cms.authors.service import AuthorFields, AuthorLink, create_author, delete_author, update_author
from cms.changes import Noun
from cms.database import Database
from cms.errors import Forbidden, InUse, NotFound, Problems, SlugTaken, Unauthenticated
from cms.ids import new_id
from cms.permissions import Actor, Permission, Role, actor_of_role
from tests.desk import Announcement, actors_without

EDITOR = actor_of_role(Role.EDITOR, actor_id=None, name="editor")


async def make(database: Database, name: str = "Ada Lovelace", **fields: Any) -> Author:
    async with database.transaction() as session:
        return await create_author(session, EDITOR, AuthorFields(name=name, **fields))


async def change(database: Database, author: Author, fields: AuthorFields) -> Author:
    async with database.transaction() as session:
        return await update_author(session, EDITOR, author.id, fields)


async def everything(database: Database) -> list[dict[str, object]]:
    async with database.transaction() as session:
        return [row.model_dump() for row in await session.scalars(select(Author).order_by("slug"))]


async def insert_asset(database: Database, state: AssetState = AssetState.READY) -> UUID:
    key = new_id()
    async with database.transaction() as session:
        session.add(
            Asset(
                id=key,
                state=state,
                object_key=f"assets/{key}/a.png",
                filename="a.png",
                content_type="image/png",
                byte_size=1,
                sha256="0" * 64,
                width=1,
                height=1,
            )
        )
    return key


@pytest.mark.parametrize("actor", actors_without(Permission.AUTHOR_WRITE), ids=lambda actor: actor.name)
async def test_who_may_not_write_authors_changes_nothing(database: Database, actor: Actor) -> None:
    author = await make(database)
    before = await everything(database)
    async with database.transaction() as session:
        for attempt in (
            create_author(session, actor, AuthorFields(name="Grace")),
            update_author(session, actor, author.id, AuthorFields(name="Grace")),
            delete_author(session, actor, author.id),
        ):
            with pytest.raises((Forbidden, Unauthenticated)):
                await attempt
    assert await everything(database) == before


async def test_an_author_is_kept_as_written(database: Database) -> None:
    avatar_id = await insert_asset(database)
    links = [AuthorLink(" Home  page ", "https://example.org/ada")]
    author = await make(
        database,
        title="Columnist",
        bio=" Counts.\r\nWrites. ",
        email="ada@example.org",
        avatar_id=avatar_id,
        links=links,
    )
    assert author.model_dump(exclude={"id", "created_at", "updated_at", "field_versions"}) == {
        "slug": "ada-lovelace",
        "name": "Ada Lovelace",
        "title": "Columnist",
        "bio": "Counts.\nWrites.",
        "email": "ada@example.org",
        "avatar_id": avatar_id,
        "links": [{"label": "Home page", "url": "https://example.org/ada"}],
        "version": 1,
    }


async def test_namesakes_get_numbered_slugs(database: Database) -> None:
    assert [(await make(database)).slug for _ in range(2)] == ["ada-lovelace", "ada-lovelace-2"]


async def test_a_slug_that_another_author_has_is_refused_with_a_free_one(database: Database) -> None:
    await make(database)
    with pytest.raises(SlugTaken) as refused:
        await make(database, "Grace", slug="ada-lovelace")
    assert (refused.value.path, refused.value.suggestion) == (["slug"], "ada-lovelace-2")


@pytest.mark.parametrize(
    "email", ["ada@example.org", "a.b+c@sub.example.co.uk", "ü@bücher.example", " ada@example.org "]
)
async def test_an_address_of_the_right_shape_is_kept(database: Database, email: str) -> None:
    assert (await make(database, email=email)).email == email.strip()


@pytest.mark.parametrize(
    "email",
    [
        "ada",
        "ada@",
        "@example.org",
        "ada@localhost",
        "a b@example.org",
        "ada@ex..org",
        "ada@-x.org",
        "a@b.org\x00",
        "a<b>@c.org",
    ],
)
async def test_what_is_no_address_is_refused(database: Database, email: str) -> None:
    with pytest.raises(Problems) as refused:
        await make(database, email=email)
    assert [problem.path for problem in refused.value.problems] == [["email"]]
    assert await everything(database) == []


@pytest.mark.parametrize(
    ("links", "path"),
    [
        ([AuthorLink("x", "https://example.org")] * 11, ["links"]),
        (
            [AuthorLink("x", "https://example.org"), AuthorLink("x", "javascript:alert(1)")],
            ["links", "1", "url"],
        ),
        ([AuthorLink("x", "ftp://example.org")], ["links", "0", "url"]),
        ([AuthorLink(" ", "https://example.org")], ["links", "0", "label"]),
    ],
)
async def test_links_that_cannot_be_kept_are_named(
    database: Database, links: list[AuthorLink], path: list[str]
) -> None:
    with pytest.raises(Problems) as refused:
        await make(database, links=links)
    assert [problem.path for problem in refused.value.problems] == [path]


async def test_an_avatar_must_be_there_and_ready(database: Database) -> None:
    for avatar_id in (new_id(), await insert_asset(database, AssetState.PROCESSING)):
        with pytest.raises(Problems) as refused:
            await make(database, avatar_id=avatar_id)
        assert [(type(problem), problem.path) for problem in refused.value.problems] == [
            (NotFound, ["avatarId"])
        ]
    assert await everything(database) == []


async def test_absent_is_left_alone_and_null_clears(database: Database) -> None:
    links = [AuthorLink("x", "https://example.org")]
    author = await make(database, bio="Counts.", email="ada@example.org", links=links)
    changed = await change(database, author, AuthorFields(title="Editor"))
    assert (changed.title, changed.bio, changed.email, len(changed.links)) == (
        "Editor",
        "Counts.",
        "ada@example.org",
        1,
    )
    cleared = await change(
        database, author, AuthorFields(title=None, bio=None, email=None, links=None, avatar_id=None)
    )
    assert (cleared.title, cleared.bio, cleared.email, cleared.links) == (None, None, None, [])
    assert cleared.name == "Ada Lovelace"


async def test_a_name_cannot_be_cleared(database: Database) -> None:
    author = await make(database)
    with pytest.raises(Problems) as refused:
        await change(database, author, AuthorFields(name=None))
    assert [problem.path for problem in refused.value.problems] == [["name"]]


async def test_changes_and_deletions_are_announced(database: Database, heard: list[Announcement]) -> None:
    author = await make(database)
    await change(database, author, AuthorFields(name="Ada King"))
    async with database.transaction() as session:
        await delete_author(session, EDITOR, author.id)
    assert heard == [("changed", Noun.AUTHOR, author.id), ("leaving", Noun.AUTHOR, author.id)]
    assert await everything(database) == []


async def test_an_unknown_author_is_not_found(database: Database) -> None:
    async with database.transaction() as session:
        for attempt in (
            update_author(session, EDITOR, new_id(), AuthorFields()),
            delete_author(session, EDITOR, new_id()),
        ):
            with pytest.raises(NotFound):
                await attempt


async def test_an_avatar_cannot_be_deleted(database: Database) -> None:
    avatar_id = await insert_asset(database)
    author = await make(database, avatar_id=avatar_id)
    async with database.transaction() as session:
        with pytest.raises(InUse) as refused:
            await delete_asset(session, EDITOR, avatar_id)
    assert refused.value.used_by == [("author", author.id)]


async def test_a_changed_avatar_is_announced_for_its_authors(
    database: Database, heard: list[Announcement]
) -> None:
    avatar_id = await insert_asset(database)
    author = await make(database, avatar_id=avatar_id)
    async with database.transaction() as session:
        await update_asset(session, EDITOR, avatar_id, AssetFields(alt="Ada, smiling"))
    assert set(heard) == {("changed", Noun.ASSET, avatar_id), ("changed", Noun.AUTHOR, author.id)}
