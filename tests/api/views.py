"""Everybody who may ask, in every perspective, with what they may see of a newsroom in which everything is in some state."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import update
from sqlmodel import col

from cms.accounts.grants import Grant
from cms.accounts.models import ApiToken
from cms.accounts.roles import RoleFields, create_role
from cms.accounts.service import create_token, grant_token
from cms.app import create_app
from cms.articles import tables
from cms.config import Settings
from cms.database import Database, now
from cms.ids import key_of
from cms.permissions import PERMISSIONS_OF_ROLE, SYSTEM, Permission, Role
from cms.secret_keys import load_signing_key
from tests.api.asking import Json
from tests.api.previews import token_for
from tests.api.states import Layer, States, make_states
from tests.desk import empty

DRAFTS = Permission.ARTICLE_READ_DRAFTS
MAY: Mapping[str, frozenset[Permission]] = {
    "public": frozenset(),
    "writer": frozenset({Permission.ARTICLE_CREATE, Permission.ASSET_UPLOAD}),
    "reader": frozenset({DRAFTS}),
    **{role.lower(): PERMISSIONS_OF_ROLE[role] for role in Role},
    "limited": PERMISSIONS_OF_ROLE[Role.EDITOR],
    "preview of draft": frozenset(),
    "preview of newer": frozenset(),
}
# The questions are the test's, not a client's: they may be as deep and dear as they come, and take as long as they do.
UNLIMITED = {
    "request_seconds_max": 600.0,
    "document_depth_max": 100,
    "document_fields_max": 100_000,
    "document_tokens_max": 100_000,
    "document_aliases_max": 10_000,
    "list_cost_max": 100_000_000,
}
PREVIEWS = ("preview of draft", "preview of newer")
EXPIRED = ("expired", "expired preview")
PERSPECTIVES = {
    "published": "published",
    "draft": "draft",
    "past": "at:2020-06-01T00:00:00Z",
    "future": "at:2999-06-01T00:00:00Z",
}
# An old slug leads to a draft wherever the draft is read.
_AT_THE_DESK = frozenset(Layer) - {Layer.DELETED}
_SHOWN = {
    "published": frozenset[Layer](),
    "draft": _AT_THE_DESK,
    "past": frozenset({Layer.ENDED, Layer.WITHDRAWN}),
    "future": frozenset({Layer.SCHEDULED}),
    "preview of draft": frozenset({Layer.OLDER, Layer.DRAFT, Layer.PICTURE}),
    "preview of newer": frozenset({Layer.NEWER}),
}


@dataclass(frozen=True)
class View:
    """Who asks, in which perspective; a preview link is its own."""

    who: str
    perspective: str

    def __str__(self) -> str:
        return f"{self.who}, {self.perspective}"

    @property
    def refused(self) -> str | None:
        """The code of the error that is all it gets; None if it is answered."""
        if self.who in EXPIRED:
            return "UNAUTHENTICATED"
        if self.perspective in ("published", self.who):
            return None
        if self.who == "public":
            return "UNAUTHENTICATED"
        may = MAY[self.who]
        needed = {DRAFTS} | ({Permission.ARTICLE_READ_SCHEDULED} if self.perspective == "future" else set())
        return None if needed <= may else "FORBIDDEN"

    @property
    def sees(self) -> frozenset[Layer]:
        """The layers that it sees, the histories of articles aside."""
        # Pictures that versions show are shown to whoever reads the versions.
        pictures = {Layer.PICTURE} if {Permission.ASSET_READ, DRAFTS} & MAY[self.who] else set[Layer]()
        return _SHOWN[self.perspective] | pictures

    @property
    def sees_in_histories(self) -> frozenset[Layer]:
        """The layers that it sees in the histories of articles, which are the same in every perspective."""
        # A version remembers what it named and what was deleted since.
        told = frozenset(Layer) - {Layer.NOTE, Layer.NOTICE}
        return told if DRAFTS in MAY[self.who] else frozenset()

    @property
    def hidden(self) -> list[Layer]:
        """The layers that it must not see anywhere."""
        return sorted(frozenset(Layer) - self.sees - self.sees_in_histories)


ALL_VIEWS = [
    *(View(who, perspective) for who in (*MAY, *EXPIRED) for perspective in PERSPECTIVES),
    *(View(who, who) for who in PREVIEWS),
]
ANSWERED = [view for view in ALL_VIEWS if view.refused is None]
REFUSED = [view for view in ALL_VIEWS if view.refused is not None]


class Stage:
    """The newsroom, and a token for everybody who asks."""

    def __init__(self, client: httpx.AsyncClient, states: States, tokens: Mapping[str, str]) -> None:
        self.client, self.states, self._tokens = client, states, tokens

    def headers(self, view: View) -> dict[str, str]:
        """What the view sends beside its question."""
        token = self._tokens.get(view.who)
        found = {} if token is None else {"Authorization": f"Bearer {token}"}
        if view.perspective in PERSPECTIVES and view != View("public", "published"):
            found["X-Perspective"] = PERSPECTIVES[view.perspective]
        return found

    async def ask(self, view: View, query: str, variables: Json | None = None, **more: Any) -> httpx.Response:
        """The answer to a question."""
        request = {"query": query, "variables": variables or {}, **more}
        return await self.client.post("/graphql", json=request, headers=self.headers(view))

    async def data(self, view: View, query: str, variables: Json | None = None) -> Json:
        """The data of an answer that must have no errors."""
        answer = (await self.ask(view, query, variables)).json()
        assert "errors" not in answer, (str(view), query[:300], variables, answer["errors"])
        return answer["data"]


@asynccontextmanager
async def on_stage(settings: Settings) -> AsyncGenerator[Stage]:
    """The newsroom, and the application without limits for documents."""
    assert isinstance(settings.database_url, SecretStr)
    database = Database(settings.database_url.get_secret_value(), pool_size=2)
    await database.open()
    await load_signing_key(database)
    await empty(database)
    app = create_app(settings.model_copy(update=UNLIMITED))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://kiosque.test")
    async with app.router.lifespan_context(app), client:
        yield await set_stage(client, database)
    await database.close()


async def set_stage(client: httpx.AsyncClient, database: Database) -> Stage:
    """Fill an empty database, and make the tokens."""
    async with database.transaction() as session:
        states = await make_states(session)
    tokens = {role.lower(): await _token(database, Grant(role)) for role in Role}
    async with database.transaction() as session:
        writer = await create_role(
            session, SYSTEM, RoleFields(name="Writers", permissions=sorted(MAY["writer"]))
        )
    section = key_of("section", states.section)
    tokens["writer"] = await _token(database, Grant(role_id=writer.id))
    tokens["reader"] = await _token(database, Grant(permissions=sorted(MAY["reader"])))
    tokens["limited"] = await _token(database, Grant(Role.EDITOR, section_ids=[section]))
    tokens |= await _previews(database, states)
    tokens["expired"] = await _expired(database)
    return Stage(client, states, tokens)


async def _token(database: Database, grant: Grant) -> str:
    async with database.transaction() as session:
        return (await grant_token(session, SYSTEM, "somebody", grant))[1]


async def _previews(database: Database, states: States) -> dict[str, str]:
    names = {"expired preview": "draft", "preview of draft": "draft", "preview of newer": "newer"}
    found: dict[str, str] = {}
    link = tables.preview_link
    for who, article in names.items():
        async with database.transaction() as session:
            key = key_of("article", states.articles[article])
            found[who] = await token_for(database, session, key)
            if who == "expired preview":
                await session.execute(update(link).values(expires_at=now()))
    return found


async def _expired(database: Database) -> str:
    async with database.transaction() as session:
        token, secret = await create_token(session, SYSTEM, "late", Role.ADMIN, now() + timedelta(hours=1))
        late = update(ApiToken).where(col(ApiToken.id) == token.id).values(expires_at=now())
        await session.execute(late)
    return secret
