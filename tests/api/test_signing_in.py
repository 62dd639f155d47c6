"""Tokens of an issuer: the good ones lead to a person, and the bad ones to one and the same refusal."""

import json
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import ECKey
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from cms.accounts.oidc import keys as keys_module
from cms.accounts.secrets import new_secret
from cms.app import create_app
from cms.config import Settings
from cms.database import Database
from cms.endpoint.websocket import PROTOCOL
from cms.permissions import Role
from tests.accounts.issuer import AUDIENCE, Issuer, encoded, issuing
from tests.api.asking import Api, Json, code_of
from tests.endpoint.serving import served

WHO = "{ viewer { name role customRole } }"
USERS = (
    "{ users { nodes { id name email role customRole { name } issuer subject deactivatedAt lastSeenAt } } }"
)


@pytest_asyncio.fixture
async def issuer() -> AsyncGenerator[Issuer]:
    async with issuing() as found:
        yield found


def settings_for(settings: Settings, issuer: Issuer, **changes: Any) -> Settings:
    """The settings of an instance that trusts the issuer."""
    trusting = {
        "oidc_issuer": issuer.url,
        "oidc_audience": [AUDIENCE],
        "oidc_roles": {"bosses": "ADMIN", "newsroom-editors": "EDITOR", "desk": "Copy desk"},
    }
    return settings.model_copy(update={**trusting, **changes})


@pytest_asyncio.fixture
async def signing(settings: Settings, issuer: Issuer, database: Database) -> AsyncGenerator[Api]:
    """The application, which trusts the issuer."""
    app = create_app(settings_for(settings, issuer))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://kiosque.test") as client,
    ):
        yield Api(client, database)


async def viewer(api: Api, token: str) -> Any:
    return (await api.data(WHO, secret=token, perspective=None))["viewer"]


async def users(api: Api) -> list[Json]:
    return (await api.data(USERS, role=Role.ADMIN))["users"]["nodes"]


@pytest.mark.parametrize("key", ["rsa", "ec", "ed"])
async def test_a_good_token_leads_to_a_person_who_is_made_on_first_sight(
    signing: Api, issuer: Issuer, key: str
) -> None:
    told = await viewer(signing, issuer.token(key))
    assert told == {"name": "Ada Deschamps", "role": "EDITOR", "customRole": None}
    [ada] = await users(signing)
    assert (ada["name"], ada["email"], ada["role"]) == ("Ada Deschamps", "ada@example.org", "EDITOR")
    assert (ada["issuer"], ada["subject"], ada["deactivatedAt"]) == (issuer.url, "ada", None)
    await viewer(signing, issuer.token(key))
    assert len(await users(signing)) == 1
    assert issuer.asked == 1


async def test_what_a_token_says_anew_is_kept(signing: Api, issuer: Issuer) -> None:
    await viewer(signing, issuer.token())
    told = await viewer(
        signing, issuer.token(name="Ada D.", email=None, roles=["bosses", "newsroom-editors"])
    )
    assert told == {"name": "Ada D.", "role": "ADMIN", "customRole": None}
    [ada] = await users(signing)
    assert (ada["name"], ada["email"], ada["role"]) == ("Ada D.", None, "ADMIN")


async def test_a_claim_may_name_a_custom_role_and_lie_deep(
    settings: Settings, issuer: Issuer, signing: Api
) -> None:
    make = (
        'mutation { createRole(input: {name: "Copy desk", permissions: ["article:create"]}) { role { id } } }'
    )
    await signing.data(make, role=Role.ADMIN)
    told = await viewer(signing, issuer.token(roles="desk"))
    assert told == {"name": "Ada Deschamps", "role": None, "customRole": "Copy desk"}


async def test_one_is_oneself_by_token_and_by_signing_in(signing: Api, issuer: Issuer) -> None:
    create = 'mutation { createArticle(input: {title: "Mine"}) { article { id } } }'
    made = await signing.data(create, secret=issuer.token(roles=["newsroom-editors"]), perspective=None)
    [ada] = await users(signing)
    author = (
        f'mutation {{ updateUser(input: {{id: "{ada["id"]}", role: AUTHOR}}) {{ errors {{ message }} }} }}'
    )
    await signing.data(author, role=Role.ADMIN)
    token = f'mutation {{ createApiToken(input: {{name: "x", userId: "{ada["id"]}"}}) {{ secret }} }}'
    secret = (await signing.data(token, role=Role.ADMIN))["createApiToken"]["secret"]
    article = made["createArticle"]["article"]["id"]
    update = f'mutation {{ updateArticle(input: {{id: "{article}", expectedVersion: 1, title: "B"}}) {{ errors {{ code }} }} }}'
    assert (await signing.data(update, secret=secret))["updateArticle"]["errors"] == []


def unsigned(issuer: Issuer) -> str:
    parts = ({"alg": "none", "kid": "rsa"}, issuer.claims())
    head, body = (encoded(json.dumps(part).encode()) for part in parts)
    return f"{head}.{body}."


def critical(issuer: Issuer) -> str:
    """Whose header names an extension that must be understood."""
    _, body, signature = issuer.token().split(".")
    head = {"alg": "RS256", "kid": "rsa", "crit": ["exp"], "exp": 1}
    return f"{encoded(json.dumps(head).encode())}.{body}.{signature}"


def tampered(issuer: Issuer) -> str:
    head, _, signature = issuer.token().split(".")
    body = json.dumps(issuer.claims(roles=["bosses"])).encode()
    return f"{head}.{encoded(body)}.{signature}"


def by_a_stranger(issuer: Issuer) -> str:
    """Signed by somebody else's key under the name of one of the issuer's."""
    stranger = Issuer()
    stranger.url = issuer.url
    return stranger.token("rsa")


def by_a_key_of_its_own(issuer: Issuer) -> str:
    """With the key to check it by in its own header."""
    own = ECKey.generate_key("P-256", {"kid": "own"})
    other = Issuer()
    other.url = issuer.url
    other.keys["own"] = own
    return other.token("own", header={"jwk": own.as_dict(private=False)})


BAD: dict[str, Callable[[Issuer], str]] = {
    "expired": lambda issuer: issuer.token(exp=int(time.time()) - 60),
    "not yet valid": lambda issuer: issuer.token(nbf=int(time.time()) + 120),
    "for ever": lambda issuer: issuer.token(exp=None),
    "expiry that is no time": lambda issuer: issuer.token(exp="tomorrow"),
    "wrong issuer": lambda issuer: issuer.token(iss="https://elsewhere.example"),
    "no issuer": lambda issuer: issuer.token(iss=None),
    "wrong audience": lambda issuer: issuer.token(aud="another program"),
    "no audience": lambda issuer: issuer.token(aud=None),
    "nobody": lambda issuer: issuer.token(sub=None),
    "blank subject": lambda issuer: issuer.token(sub=""),
    "subject that is no text": lambda issuer: issuer.token(sub=["ada"]),
    "no role": lambda issuer: issuer.token(roles=["readers"]),
    "alg none": unsigned,
    "HS256 with the public key": lambda issuer: issuer.token_by_shared_secret(issuer.public_pem),
    "unknown key": lambda issuer: issuer.token(header={"kid": "other"}),
    "another key's name": lambda issuer: issuer.token("ec", header={"kid": "rsa"}),
    "stranger": by_a_stranger,
    "own key": by_a_key_of_its_own,
    "tampered": tampered,
    "critical extension": critical,
    "cut short": lambda issuer: issuer.token()[:-8],
    "no token": lambda issuer: "a.b.c",
    "empty parts": lambda issuer: "..",
    "too long": lambda issuer: issuer.token(name="x" * 20_000),
    "unknown API token": lambda issuer: new_secret(),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_token_is_refused_and_nothing_else_is_told(
    signing: Api, issuer: Issuer, name: str
) -> None:
    for query in (WHO, 'mutation { createArticle(input: {title: "A"}) { errors { code } } }'):
        headers = {"Authorization": f"Bearer {BAD[name](issuer)}"}
        answer = await signing.client.post("/graphql", json={"query": query}, headers=headers)
        assert answer.status_code == 401
        assert answer.json() == {
            "errors": [
                {
                    "message": "The token is not good: it is unknown, expired or revoked. Ask an administrator for another.",
                    "extensions": {"code": "UNAUTHENTICATED"},
                }
            ]
        }
        assert answer.headers["cache-control"] == "private, no-store"
    assert await users(signing) == []


async def test_a_deactivated_person_is_refused_in_the_same_words(signing: Api, issuer: Issuer) -> None:
    await viewer(signing, issuer.token())
    [ada] = await users(signing)
    gone = f'mutation {{ deleteUser(input: {{id: "{ada["id"]}"}}) {{ deletedId }} }}'
    await signing.data(gone, role=Role.ADMIN)
    answer = await signing(WHO, secret=issuer.token(roles=["bosses"]), perspective=None)
    assert (code_of(answer), answer["errors"][0]["message"][:22]) == (
        "UNAUTHENTICATED",
        "The token is not good:",
    )
    [ada] = await users(signing)
    assert (ada["role"], ada["deactivatedAt"] is None) == ("EDITOR", False)


async def test_a_new_key_is_fetched_when_a_token_names_it_and_not_for_every_guess(
    signing: Api, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await viewer(signing, issuer.token())
    issuer.keys["new"] = ECKey.generate_key("P-256", {"kid": "new"})
    for _ in range(3):
        assert code_of(await signing(WHO, secret=issuer.token("new"), perspective=None)) == "UNAUTHENTICATED"
    assert issuer.asked == 1
    monkeypatch.setattr(keys_module, "REFRESH_SECONDS_MIN", 0.0)
    assert (await viewer(signing, issuer.token("new")))["role"] == "EDITOR"
    assert issuer.asked == 2


@pytest.mark.parametrize("answer", [b"", b"{}", b'{"keys": 1}', b"[]", b'{"keys": [1, {}]}', b" " * 300_000])
async def test_an_issuer_that_answers_nonsense_is_away(signing: Api, issuer: Issuer, answer: bytes) -> None:
    issuer.answer = answer
    assert code_of(await signing(WHO, secret=issuer.token(), perspective=None)) == "UNAVAILABLE"
    assert (await signing.data(WHO, role=None))["viewer"] is None


async def test_without_an_issuer_its_tokens_are_as_good_as_any_text(api: Api, issuer: Issuer) -> None:
    assert code_of(await api(WHO, secret=issuer.token(), perspective=None)) == "UNAUTHENTICATED"
    assert issuer.asked == 0


async def test_tokens_hold_over_websocket_and_bad_ones_close_it(
    settings: Settings, issuer: Issuer, database: Database
) -> None:
    app = create_app(settings_for(settings, issuer))
    async with app.router.lifespan_context(app), served(app) as port:
        assert await first_words(port, issuer.token()) == {"type": "connection_ack"}
        told = {await first_words(port, BAD[name](issuer)) for name in ("expired", "alg none", "tampered")}
    assert told == {
        (
            4403,
            "Forbidden: The token is not good: it is unknown, expired or revoked. Ask an administrator for another.",
        )
    }


async def first_words(port: int, token: str) -> Any:
    """What comes after `connection_init` with the token: a message, or the code and the reason of the close."""
    async with connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[Subprotocol(PROTOCOL)]) as socket:
        payload = {"authorization": f"Bearer {token}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        try:
            return json.loads(await socket.recv())
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code, closed.rcvd.reason


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"oidc_issuer": "http://issuer.example", "oidc_audience": ["a"]}, "https"),
        ({"oidc_issuer": "https://issuer.example"}, "OIDC_AUDIENCE"),
        (
            {"oidc_issuer": "https://issuer.example", "oidc_audience": ["a"], "oidc_algorithms": ["HS256"]},
            "RS256",
        ),
        (
            {"oidc_issuer": "https://issuer.example", "oidc_audience": ["a"], "oidc_algorithms": []},
            "at least 1",
        ),
    ],
)
def test_settings_that_would_let_anybody_in_are_refused(changes: Json, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Settings(**changes)
