"""Tokens of an issuer: the good ones lead to a person, and the bad ones to one and the same refusal."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import ECKey

from cms.accounts.oidc import keys as keys_module
from cms.accounts.oidc.door import door_of_issuer
from cms.app import create_app
from cms.config import Settings
from cms.database import Database
from cms.permissions import Role
from tests.accounts.issuer import AUDIENCE, Issuer, issuing
from tests.api.asking import Api, Json, code_of

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


@pytest.mark.parametrize("roles", [["readers"], [], None])
async def test_what_the_issuer_has_given_it_takes_away(
    signing: Api, issuer: Issuer, roles: list[str] | None
) -> None:
    await viewer(signing, issuer.token(roles=["newsroom-editors"]))
    answer = await signing(WHO, secret=issuer.token(roles=roles), perspective=None)
    assert code_of(answer) == "UNAUTHENTICATED"
    told = await viewer(signing, issuer.token(roles=["newsroom-editors"]))
    assert told["role"] == "EDITOR"


async def test_what_an_administrator_has_given_stays_without_the_issuer_s_word(
    signing: Api, issuer: Issuer
) -> None:
    await viewer(signing, issuer.token())
    [ada] = await users(signing)
    author = f'mutation {{ updateUser(input: {{id: "{ada["id"]}", expectedVersion: 1, role: AUTHOR}}) {{ errors {{ message }} }} }}'
    await signing.data(author, role=Role.ADMIN)
    assert (await viewer(signing, issuer.token(roles=["readers"])))["role"] == "AUTHOR"


async def test_whoever_loses_the_issuer_s_role_gets_that_of_everybody_else(
    signing: Api, settings: Settings, issuer: Issuer, database: Database
) -> None:
    await viewer(signing, issuer.token())
    door = door_of_issuer(database, settings_for(settings, issuer, oidc_default_role="VIEWER"))
    assert (await door(issuer.token(roles=["readers"]))).role == "VIEWER"
    [ada] = await users(signing)
    assert ada["role"] == "VIEWER"


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
    author = f'mutation {{ updateUser(input: {{id: "{ada["id"]}", expectedVersion: 1, role: AUTHOR}}) {{ errors {{ message }} }} }}'
    await signing.data(author, role=Role.ADMIN)
    token = f'mutation {{ createApiToken(input: {{name: "x", userId: "{ada["id"]}"}}) {{ secret }} }}'
    secret = (await signing.data(token, role=Role.ADMIN))["createApiToken"]["secret"]
    article = made["createArticle"]["article"]["id"]
    update = f'mutation {{ updateArticle(input: {{id: "{article}", expectedVersion: 1, title: "B"}}) {{ errors {{ code }} }} }}'
    assert (await signing.data(update, secret=secret))["updateArticle"]["errors"] == []


LOG = "{ auditLog { nodes { action outcome actorName things fields permission message } } }"


async def test_what_the_issuer_s_word_has_made_is_in_the_audit_log(signing: Api, issuer: Issuer) -> None:
    for token in (issuer.token(), issuer.token(), issuer.token(name="Ada King", roles=["bosses"])):
        await viewer(signing, token)
    [ada] = await users(signing)
    changed, made = (await signing.data(LOG, role=Role.ADMIN))["auditLog"]["nodes"]
    told = {"outcome": "DONE", "things": [ada["id"]], "permission": None, "message": None}
    assert made == {
        **told,
        "action": "provisionUser",
        "actorName": "Ada Deschamps",
        "fields": ["email", "name", "role"],
    }
    assert changed == {
        **told,
        "action": "updateProvisionedUser",
        "actorName": "Ada King",
        "fields": ["name", "role"],
    }
    read = (await signing.data("{ users { nodes { version } } }", role=Role.ADMIN))["users"]["nodes"]
    assert read == [{"version": 2}]


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
