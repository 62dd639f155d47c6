"""Making, listing and revoking preview links; and what becomes of a token that is good no more."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from cms.accounts.service import revoke_token
from cms.accounts.users import UserFields, create_user, delete_user
from cms.app import create_app
from cms.articles import tables
from cms.articles.deleting import delete_article
from cms.articles.previews.links import LINKS_EACH_MAX
from cms.config import Settings
from cms.database import now
from cms.ids import key_of
from cms.permissions import SYSTEM, Role
from tests.api.asking import Api, Json, code_of, problems_of
from tests.api.previews import REVOKE, Previewed, make_link, make_previewed
from tests.factories import make_preview_link

READ = '{ article(slug: "unseen") { title } }'
SEEN = {"article": {"title": "A river unseen"}}
LIST = "query($id: ID!) { article(id: $id) { previewLinks { id note actorName createdAt expiresAt } } }"


@pytest_asyncio.fixture
async def room(api: Api) -> Previewed:
    return await make_previewed(api.database)


def by_header(token: str) -> Json:
    return {"headers": {"Authorization": f"Bearer {token}"}}


def by_parameter(token: str) -> Json:
    return {"params": {"preview": token}}


WAYS = [by_header, by_parameter]
Way = Callable[[str], Json]


async def post(api: Api, query: str = READ, **how: Any) -> httpx.Response:
    return await api.client.post("/graphql", json={"query": query}, **how)


async def get(api: Api, query: str = READ, **how: Any) -> httpx.Response:
    parameters = {"query": query, **how.pop("params", {})}
    return await api.client.get("/graphql", params=parameters, **how)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("send", [post, get])
async def test_a_token_is_shown_by_header_or_by_parameter(
    api: Api, room: Previewed, send: Callable[..., Awaitable[httpx.Response]], way: Way
) -> None:
    answer = await send(api, **way(room.token))
    assert (answer.status_code, answer.json()) == (200, {"data": SEEN})
    assert answer.headers["cache-control"] == "private, no-store"
    assert {"etag", "surrogate-key", "cache-tag", "age"} & set(answer.headers) == set()


@pytest.mark.parametrize("send", [post, get])
async def test_two_tokens_are_one_too_many(
    api: Api, room: Previewed, send: Callable[..., Awaitable[httpx.Response]]
) -> None:
    answer = await send(api, **by_header(room.token), **by_parameter(room.token))
    assert (answer.status_code, code_of(answer.json())) == (400, "BAD_USER_INPUT")


async def test_a_link_is_made_listed_and_revoked(api: Api, room: Previewed) -> None:
    made = await make_link(api, room.draft, expiresIn=3_600, note=" For  the lawyer ")
    link, token = made["previewLink"], made["token"]
    assert (made["errors"], made["url"]) == ([], f"https://news.example/en/unseen?preview={token}")
    assert (link["note"], link["actorName"]) == ("For the lawyer", "a test's EDITOR")
    lasts = datetime.fromisoformat(link["expiresAt"]) - now()
    assert timedelta(minutes=55) < lasts <= timedelta(hours=1)
    listed = (await api.data(LIST, {"id": room.draft}))["article"]["previewLinks"]
    assert listed[0]["id"] == link["id"]
    assert (len(listed), token in str(listed)) == (2, False)
    assert (await post(api, **by_header(token))).json() == {"data": SEEN}
    gone = (await api.data(REVOKE, {"id": link["id"]}))["revokePreviewLink"]
    assert gone == {"deletedId": link["id"], "errors": []}
    await refused(api, token)
    assert (await post(api, **by_header(room.token))).json() == {"data": SEEN}
    assert len((await api.data(LIST, {"id": room.draft}))["article"]["previewLinks"]) == 1
    again = (await api.data(REVOKE, {"id": link["id"]}))["revokePreviewLink"]
    assert problems_of(again) == [("NOT_FOUND", ["id"])]


async def refused(api: Api, token: str) -> None:
    """Assert that the token is refused as every token that is not good is."""
    unknown = await post(api, **by_header("kiosque_unknown"))
    for way in WAYS:
        for send in (post, get):
            answer = await send(api, **way(token))
            assert (answer.status_code, answer.json()) == (401, unknown.json())
            assert answer.headers["cache-control"] == "private, no-store"
    assert code_of(unknown.json()) == "UNAUTHENTICATED"


async def test_a_token_that_was_altered_or_made_up_is_refused(api: Api, room: Previewed) -> None:
    secret, _, signature = room.token.partition(".")
    flipped = "0" if signature[0] != "0" else "1"
    altered = [
        f"{secret[:-1]}{'A' if secret[-1] != 'A' else 'B'}.{signature}",
        f"{secret}.{flipped}{signature[1:]}",
        f"{secret}.",
        secret,
        f"{room.token}x",
        "kiosque_preview_",
        "kiosque_preview_.",
        f"kiosque_preview_{'x' * 5_000}.{signature}",
    ]
    for token in altered:
        await refused(api, token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "kiosque_é",
        "\x00",
        "kiosque_preview_\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
async def test_the_parameter_takes_no_other_token(api: Api, room: Previewed, token: str) -> None:
    answer = await post(api, **by_parameter(token))
    assert (answer.status_code, code_of(answer.json())) == (401, "UNAUTHENTICATED")
    editor = (await api.headers(Role.EDITOR, None, None))["Authorization"].removeprefix("Bearer ")
    assert (await post(api, **by_parameter(editor))).status_code == 401


async def test_a_token_that_has_expired_is_refused_and_its_link_listed_no_more(
    api: Api, room: Previewed
) -> None:
    async with api.database.transaction() as session:
        await session.execute(update(tables.preview_link).values(expires_at=now()))
    await refused(api, room.token)
    assert (await api.data(LIST, {"id": room.draft}))["article"]["previewLinks"] == []
    await make_link(api, room.draft)
    async with api.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(tables.preview_link)) == 1


async def test_a_token_goes_with_its_article(api: Api, room: Previewed) -> None:
    async with api.database.transaction() as session:
        await delete_article(session, SYSTEM, key_of("article", room.draft))
    await refused(api, room.token)


async def test_a_token_goes_with_the_account_of_who_made_it(api: Api, room: Previewed) -> None:
    async with api.database.transaction() as session:
        user = await create_user(session, SYSTEM, UserFields(name="Ada", role=Role.EDITOR))
        await session.execute(update(tables.preview_link).values(created_by=user.id))
    assert (await post(api, **by_header(room.token))).json() == {"data": SEEN}
    async with api.database.transaction() as session:
        await delete_user(session, SYSTEM, user.id)
    await refused(api, room.token)


async def test_it_is_revoked_in_every_process_at_once(api: Api, room: Previewed, settings: Settings) -> None:
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://kiosque.test")
    made = await make_link(api, room.draft)
    async with app.router.lifespan_context(app), client:
        other = Api(client, api.database)
        assert (await post(other, **by_header(made["token"]))).json() == {"data": SEEN}
        await api.data(REVOKE, {"id": made["previewLink"]["id"]})
        await refused(other, made["token"])


async def test_a_token_goes_with_the_program_that_made_it(api: Api, room: Previewed) -> None:
    made = await make_link(api, room.draft)
    async with api.database.transaction() as session:
        link = tables.preview_link
        key = key_of("preview_link", made["previewLink"]["id"])
        account = await session.scalar(select(link.c.created_by).where(link.c.id == key))
        # A program's account has the id of its token.
        assert account is not None
        await revoke_token(session, SYSTEM, account)
    await refused(api, made["token"])
    assert (await post(api, **by_header(room.token))).json() == {"data": SEEN}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"expiresIn": 59}, ["expiresIn"]),
        ({"expiresIn": 604_801}, ["expiresIn"]),
        ({"expiresIn": -1}, ["expiresIn"]),
        ({"note": "x" * 201}, ["note"]),
        ({"note": "\x00"}, ["note"]),
    ],
)
async def test_a_link_that_cannot_be_is_a_problem_of_the_input(
    api: Api, room: Previewed, fields: Json, path: list[str]
) -> None:
    payload = await make_link(api, room.draft, **fields)
    assert problems_of(payload) == [("VALIDATION", path)]
    assert (payload["previewLink"], payload["token"], payload["url"]) == (None, None, None)
    assert len((await api.data(LIST, {"id": room.draft}))["article"]["previewLinks"]) == 1


async def test_a_link_to_nothing_is_a_problem_of_the_input(api: Api, room: Previewed) -> None:
    unknown = await make_link(api, "article_" + "0" * 32)
    assert problems_of(unknown) == [("NOT_FOUND", ["articleId"])]
    wrong = await make_link(api, room.author)
    assert problems_of(wrong) == [("VALIDATION", ["articleId"])]


async def test_an_article_has_so_many_links_and_no_more(api: Api, room: Previewed) -> None:
    async with api.database.transaction() as session:
        for _ in range(LINKS_EACH_MAX - 1):
            await make_preview_link(session, key_of("article", room.draft))
    payload = await make_link(api, room.draft)
    assert problems_of(payload) == [("VALIDATION", ["articleId"])]
    assert (await make_link(api, room.other))["errors"] == []


async def test_a_link_is_for_a_day_or_for_as_long_as_it_may_be(api: Api, room: Previewed) -> None:
    link = (await make_link(api, room.draft))["previewLink"]
    lasts = datetime.fromisoformat(link["expiresAt"]) - now()
    assert timedelta(hours=23, minutes=55) < lasts <= timedelta(days=1)


async def test_links_are_told_to_whoever_may_make_some(api: Api, room: Previewed) -> None:
    for role, count in ((Role.VIEWER, 0), (Role.CONTRIBUTOR, 0), (Role.AUTHOR, 1), (Role.EDITOR, 1)):
        listed = (await api.data(LIST, {"id": room.draft}, role=role))["article"]["previewLinks"]
        assert len(listed) == count, role
    published = await api.data(LIST, {"id": room.published}, role=None)
    assert published == {"article": {"previewLinks": []}}


async def test_making_and_revoking_are_written_down_and_tokens_are_not(api: Api, room: Previewed) -> None:
    made = await make_link(api, room.draft, expiresIn=600, note="For Ada")
    link = made["previewLink"]["id"]
    await api.data(REVOKE, {"id": link})
    log = await api.data("{ auditLog(first: 2) { nodes { action things fields message } } }", role=Role.ADMIN)
    revoked, created = log["auditLog"]["nodes"]
    assert (revoked["action"], revoked["things"]) == ("revokePreviewLink", [link])
    assert (created["action"], created["things"]) == ("createPreviewLink", [link, room.draft])
    assert (created["fields"], created["message"]) == (["articleId", "expiresIn"], "For Ada")
    assert made["token"] not in str(log)
