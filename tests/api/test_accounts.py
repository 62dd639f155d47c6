"""Users, their tokens, custom roles and limits, through the API."""

from typing import Any

import pytest

from cms.permissions import PERMISSIONS_OF_ROLE, Role
from tests.api.asking import Api, Json, code_of, problems_of
from tests.factories import make_section

WHO = "{ viewer { name role customRole permissions sectionLimits } }"
PERSON = "id name email role customRole { name } sectionIds authorId subject deactivatedAt"
ERRORS = "errors { code path message }"
FIELDS = {
    "createUser": f"user {{ {PERSON} }}",
    "updateUser": f"user {{ {PERSON} }}",
    "createRole": "role { id name permissions sectionIds }",
    "updateRole": "role { id name permissions sectionIds }",
    "createApiToken": "apiToken { id role customRole { name } permissions sectionIds user { name } } secret",
    "rotateApiToken": "apiToken { id rotatedAt hint } secret",
    "deleteUser": "deletedId",
    "deleteRole": "deletedId",
    "revokeApiToken": "deletedId",
    "createArticle": "article { id version }",
    "updateArticle": "article { id version }",
    "publishArticle": "article { id }",
}
DELETES = {"deleteUser", "deleteRole", "revokeApiToken"}


async def ask(api: Api, name: str, input: Json, **who: Any) -> Json:
    """The whole answer of a mutation."""
    kind = "DeleteInput" if name in DELETES else f"{name[0].upper()}{name[1:]}Input"
    document = f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {FIELDS[name]} {ERRORS} }} }}"
    return await api(document, {"input": input}, **{"role": Role.ADMIN, "perspective": None, **who})


async def do(api: Api, name: str, input: Json, **who: Any) -> Json:
    """The payload of a mutation that must succeed."""
    answer = await ask(api, name, input, **who)
    assert "errors" not in answer, answer
    payload = answer["data"][name]
    assert payload.pop("errors") == []
    return payload


async def problems(api: Api, name: str, input: Json, **who: Any) -> list[tuple[str, list[str]]]:
    """The problems of a mutation that must have some."""
    return problems_of((await ask(api, name, input, **who))["data"][name])


async def user_with_token(api: Api, **fields: Any) -> tuple[Json, str]:
    """A new user, and the secret of a token of theirs."""
    user = (await do(api, "createUser", {"name": "Ada", **fields}))["user"]
    made = await do(api, "createApiToken", {"name": "laptop", "userId": user["id"]})
    return user, made["secret"]


async def section(api: Api, **values: Any) -> tuple[Any, str]:
    async with api.database.transaction() as session:
        key = await make_section(session, **values)
    return key, f"section_{key.hex}"


async def test_a_user_is_one_person_over_all_their_tokens(api: Api) -> None:
    user, first = await user_with_token(api, role="AUTHOR", email="ada@example.org")
    second = (await do(api, "createApiToken", {"name": "phone", "userId": user["id"]}))["secret"]
    who = (await api.data(WHO, secret=second))["viewer"]
    assert (who["name"], who["role"]) == ("Ada", "AUTHOR")
    made = (await do(api, "createArticle", {"title": "Mine"}, secret=first))["article"]
    changes = {"id": made["id"], "expectedVersion": 1, "title": "Mine still"}
    assert (await do(api, "updateArticle", changes, secret=second))["article"]["version"] == 2
    _, stranger = await user_with_token(api, role="AUTHOR")
    assert code_of(await ask(api, "updateArticle", changes, secret=stranger)) == "FORBIDDEN"


async def test_a_user_s_token_may_be_narrower_and_never_wider(api: Api) -> None:
    user, _ = await user_with_token(api, role="AUTHOR")
    wanted = {"name": "script", "userId": user["id"], "permissions": ["article:create", "article:publish"]}
    made = await do(api, "createApiToken", wanted)
    assert made["apiToken"] == {
        **made["apiToken"],
        "role": None,
        "permissions": ["article:create"],
        "user": {"name": "Ada"},
    }
    assert (await api.data(WHO, secret=made["secret"], perspective=None))["viewer"]["permissions"] == [
        "article:create"
    ]


async def test_a_deactivated_user_is_nobody_and_their_tokens_stay_useless(api: Api) -> None:
    user, secret = await user_with_token(api, role="EDITOR")
    assert (await do(api, "deleteUser", {"id": user["id"]}))["deletedId"] == user["id"]
    assert code_of(await api(WHO, secret=secret)) == "UNAUTHENTICATED"
    listed = await api.data("{ users { totalCount nodes { id deactivatedAt } } }", role=Role.ADMIN)
    assert [(one["id"], one["deactivatedAt"] is None) for one in listed["users"]["nodes"]] == [
        (user["id"], False)
    ]
    await do(api, "updateUser", {"id": user["id"], "expectedVersion": 2, "isActive": True})
    assert code_of(await api(WHO, secret=secret)) == "UNAUTHENTICATED"
    assert await problems(api, "createApiToken", {"name": "x", "userId": "user_" + "0" * 32}) == [
        ("NOT_FOUND", ["userId"])
    ]


async def test_what_a_deactivated_user_made_stays_theirs(api: Api) -> None:
    user, secret = await user_with_token(api, role="AUTHOR")
    made = (await do(api, "createArticle", {"title": "Mine"}, secret=secret))["article"]
    await do(api, "deleteUser", {"id": user["id"]})
    await do(api, "updateUser", {"id": user["id"], "expectedVersion": 2, "isActive": True})
    again = (await do(api, "createApiToken", {"name": "new", "userId": user["id"]}))["secret"]
    await do(api, "publishArticle", {"id": made["id"], "expectedVersion": 1}, secret=again)


async def test_a_rotated_token_has_another_secret_and_the_same_bearer(api: Api) -> None:
    made = await do(api, "createApiToken", {"name": "site", "role": "CONTRIBUTOR"})
    article = (await do(api, "createArticle", {"title": "Mine"}, secret=made["secret"]))["article"]
    turned = await do(api, "rotateApiToken", {"id": made["apiToken"]["id"]})
    assert turned["secret"] != made["secret"]
    assert turned["apiToken"]["rotatedAt"] is not None
    assert code_of(await api(WHO, secret=made["secret"])) == "UNAUTHENTICATED"
    await do(
        api,
        "updateArticle",
        {"id": article["id"], "expectedVersion": 1, "title": "B"},
        secret=turned["secret"],
    )
    await do(api, "revokeApiToken", {"id": made["apiToken"]["id"]})
    assert await problems(api, "rotateApiToken", {"id": made["apiToken"]["id"]}) == [("VALIDATION", ["id"])]


async def test_a_custom_role_gives_what_it_says_and_follows_its_changes(api: Api) -> None:
    desk = (
        await do(
            api, "createRole", {"name": "Copy desk", "permissions": ["article:update", "article:read_drafts"]}
        )
    )["role"]
    _, secret = await user_with_token(api, roleId=desk["id"])
    who = (await api.data(WHO, secret=secret))["viewer"]
    assert (who["role"], who["customRole"], who["permissions"]) == (
        None,
        "Copy desk",
        ["article:read_drafts", "article:update"],
    )
    assert code_of(await ask(api, "createArticle", {"title": "A"}, secret=secret)) == "FORBIDDEN"
    await do(api, "updateRole", {"id": desk["id"], "expectedVersion": 1, "permissions": ["article:create"]})
    await do(api, "createArticle", {"title": "A"}, secret=secret)
    assert code_of(await api(WHO, secret=secret, perspective="draft")) == "FORBIDDEN"
    assert await problems(api, "deleteRole", {"id": desk["id"]}) == [("VALIDATION", ["id"])]


@pytest.mark.parametrize("name", ["editor", "EDITOR", "Copy DESK", " "])
async def test_a_role_s_name_is_its_own(api: Api, name: str) -> None:
    await do(api, "createRole", {"name": "Copy desk", "permissions": []})
    assert await problems(api, "createRole", {"name": name, "permissions": []}) == [("VALIDATION", ["name"])]


async def test_an_unknown_permission_is_named(api: Api) -> None:
    answer = await ask(api, "createRole", {"name": "A", "permissions": ["article:create", "article:fly"]})
    [error] = answer["data"]["createRole"]["errors"]
    assert (error["code"], error["path"]) == ("VALIDATION", ["permissions", "1"])
    assert "“article:fly”" in error["message"]
    assert "article:publish_own" in error["message"]


GRANTS: list[tuple[str, Json]] = [
    ("createUser", {"name": "A", "role": "ADMIN"}),
    ("createRole", {"name": "A", "permissions": ["site:update"]}),
    ("createApiToken", {"name": "A", "role": "ADMIN"}),
    ("createApiToken", {"name": "A", "permissions": ["site:update"]}),
]


@pytest.mark.parametrize(
    ("name", "input"), GRANTS, ids=[f"{name} {list(input)[-1]}" for name, input in GRANTS]
)
async def test_nobody_gives_more_than_they_have(api: Api, name: str, input: Json) -> None:
    keeper = await keeper_of_accounts(api)
    answer = await ask(api, name, input, secret=keeper)
    assert code_of(answer) == "FORBIDDEN"
    assert "more than they may themselves" in answer["errors"][0]["message"]


async def keeper_of_accounts(api: Api, **fields: Any) -> str:
    """The secret of somebody who may what an editor may, and keeps accounts, but is no administrator."""
    names = [*PERMISSIONS_OF_ROLE[Role.EDITOR], "token:manage", "user:manage", "role:manage"]
    role = (await do(api, "createRole", {"name": "Office", "permissions": names, **fields}))["role"]
    _, secret = await user_with_token(api, roleId=role["id"])
    return secret


async def test_nobody_changes_what_is_above_them(api: Api) -> None:
    keeper = await keeper_of_accounts(api)
    boss, _ = await user_with_token(api, role="ADMIN")
    token = (await do(api, "createApiToken", {"name": "root", "role": "ADMIN"}))["apiToken"]
    role = (await do(api, "createRole", {"name": "Publisher", "permissions": ["site:update"]}))["role"]
    for name, input in [
        ("updateUser", {"id": boss["id"], "expectedVersion": 1, "role": "VIEWER"}),
        ("deleteUser", {"id": boss["id"]}),
        ("createApiToken", {"name": "mine now", "userId": boss["id"]}),
        ("rotateApiToken", {"id": token["id"]}),
        ("revokeApiToken", {"id": token["id"]}),
        ("updateRole", {"id": role["id"], "expectedVersion": 1, "permissions": []}),
        ("deleteRole", {"id": role["id"]}),
    ]:
        assert code_of(await ask(api, name, input, secret=keeper)) == "FORBIDDEN", name


async def test_a_narrow_token_makes_no_wider_one_for_the_same_person(api: Api) -> None:
    user, _ = await user_with_token(api, role="ADMIN")
    narrow = {"name": "narrow", "userId": user["id"], "permissions": ["token:manage"]}
    made = await do(api, "createApiToken", narrow)
    wider = {"name": "wide", "userId": user["id"]}
    assert code_of(await ask(api, "createApiToken", wider, secret=made["secret"])) == "FORBIDDEN"


async def test_the_last_administrator_stays(api: Api) -> None:
    user, secret = await user_with_token(api, role="ADMIN")
    tokens = await api.data("{ apiTokens { id user { id } } }", role=Role.ADMIN)
    [own] = [token["id"] for token in tokens["apiTokens"] if token["user"] == {"id": user["id"]}]
    others = [token["id"] for token in tokens["apiTokens"] if token["user"] is None]
    for other in others:
        await do(api, "revokeApiToken", {"id": other}, secret=secret)
    for name, input in [
        ("revokeApiToken", {"id": own}),
        ("deleteUser", {"id": user["id"]}),
        ("updateUser", {"id": user["id"], "expectedVersion": 1, "role": "EDITOR"}),
        ("updateUser", {"id": user["id"], "expectedVersion": 1, "isActive": False}),
    ]:
        assert await problems(api, name, input, secret=secret) == [("VALIDATION", ["id"])], name
    assert (await api.data(WHO, secret=secret))["viewer"]["role"] == "ADMIN"


@pytest.mark.parametrize(
    ("field", "role"),
    [("users { totalCount }", Role.EDITOR), ("roles { id }", Role.EDITOR), ("apiTokens { id }", Role.EDITOR)],
)
async def test_accounts_are_read_by_those_who_keep_them(api: Api, field: str, role: Role) -> None:
    assert code_of(await api(f"{{ {field} }}", role=role)) == "FORBIDDEN"
    assert code_of(await api(f"{{ {field} }}", role=None)) == "UNAUTHENTICATED"
    answer = await api(f"{{ {field} }}", role=Role.ADMIN)
    assert "errors" not in answer
    assert answer["extensions"]["statements"] <= 2


async def test_whoever_is_limited_to_a_section_writes_there_and_below(api: Api) -> None:
    above, above_id = await section(api, slug="above")
    sport, sport_id = await section(api, slug="sport", parent_id=above)
    _, football_id = await section(api, slug="football", parent_id=sport)
    _, city_id = await section(api, slug="city")
    _, secret = await user_with_token(api, role="EDITOR", sectionIds=[sport_id])
    assert (await api.data(WHO, secret=secret))["viewer"]["sectionLimits"] == [[sport_id]]
    for outside in (above_id, city_id, None):
        answer = await ask(api, "createArticle", {"title": "A", "sectionId": outside}, secret=secret)
        assert code_of(answer) == "FORBIDDEN"
        assert "is limited to some sections" in answer["errors"][0]["message"]
    inside = (await do(api, "createArticle", {"title": "A", "sectionId": football_id}, secret=secret))[
        "article"
    ]
    elsewhere = (await do(api, "createArticle", {"title": "B", "sectionId": city_id}))["article"]
    await do(
        api, "updateArticle", {"id": inside["id"], "expectedVersion": 1, "sectionId": sport_id}, secret=secret
    )
    await do(api, "publishArticle", {"id": inside["id"], "expectedVersion": 2}, secret=secret)
    for name, input in [
        ("updateArticle", {"id": inside["id"], "expectedVersion": 2, "sectionId": city_id}),
        ("updateArticle", {"id": elsewhere["id"], "expectedVersion": 1, "sectionId": sport_id}),
        ("publishArticle", {"id": elsewhere["id"], "expectedVersion": 1}),
    ]:
        assert code_of(await ask(api, name, input, secret=secret)) == "FORBIDDEN", input
    # What the public reads is still in the section, whatever the draft says.
    await do(api, "updateArticle", {"id": inside["id"], "expectedVersion": 2, "sectionId": city_id})
    await do(api, "publishArticle", {"id": inside["id"], "expectedVersion": 3})
    await do(api, "updateArticle", {"id": inside["id"], "expectedVersion": 3, "sectionId": sport_id})
    again = {"id": inside["id"], "expectedVersion": 4}
    assert code_of(await ask(api, "publishArticle", again, secret=secret)) == "FORBIDDEN"


async def test_the_limits_of_a_role_and_of_its_bearer_both_hold(api: Api) -> None:
    sport, sport_id = await section(api, slug="sport")
    _, football_id = await section(api, slug="football", parent_id=sport)
    _, tennis_id = await section(api, slug="tennis", parent_id=sport)
    desk = {"name": "Sport", "permissions": ["article:create"], "sectionIds": [sport_id]}
    role = (await do(api, "createRole", desk))["role"]
    _, secret = await user_with_token(api, roleId=role["id"], sectionIds=[tennis_id])
    await do(api, "createArticle", {"title": "A", "sectionId": tennis_id}, secret=secret)
    for outside in (football_id, sport_id):
        answer = await ask(api, "createArticle", {"title": "A", "sectionId": outside}, secret=secret)
        assert code_of(answer) == "FORBIDDEN"


async def test_who_is_limited_gives_no_rights(api: Api) -> None:
    _, sport_id = await section(api, slug="sport")
    keeper = await keeper_of_accounts(api, sectionIds=[sport_id])
    answer = await ask(api, "createApiToken", {"name": "A", "role": "VIEWER"}, secret=keeper)
    assert (code_of(answer), "limited to sections" in answer["errors"][0]["message"]) == ("FORBIDDEN", True)


async def test_a_section_that_goes_takes_the_rights_with_it(api: Api) -> None:
    _, sport_id = await section(api, slug="sport")
    _, secret = await user_with_token(api, role="EDITOR", sectionIds=[sport_id])
    gone = await api.data(f'mutation {{ deleteSection(input: {{id: "{sport_id}"}}) {{ deletedId }} }}')
    assert gone["deleteSection"]["deletedId"] == sport_id
    assert code_of(await ask(api, "createArticle", {"title": "A"}, secret=secret)) == "FORBIDDEN"


@pytest.mark.parametrize(
    ("input", "found"),
    [
        ({"name": "A"}, [("VALIDATION", ["role"])]),
        ({"name": "A", "role": "EDITOR", "roleId": "role_" + "0" * 32}, [("VALIDATION", ["role"])]),
        ({"name": "A", "roleId": "role_" + "0" * 32}, [("NOT_FOUND", ["roleId"])]),
        (
            {"name": " ", "role": "EDITOR", "email": "x"},
            [("VALIDATION", ["name"]), ("VALIDATION", ["email"])],
        ),
        ({"name": "A", "role": "EDITOR", "subject": "x"}, [("VALIDATION", ["subject"])]),
        ({"name": "A", "role": "EDITOR", "authorId": "author_" + "0" * 32}, [("NOT_FOUND", ["authorId"])]),
        (
            {"name": "A", "role": "EDITOR", "sectionIds": ["section_" + "0" * 32]},
            [("NOT_FOUND", ["sectionIds", "0"])],
        ),
    ],
)
async def test_what_is_wrong_with_a_user_is_said(api: Api, input: Json, found: list[Any]) -> None:
    assert await problems(api, "createUser", input) == found


async def test_an_address_that_is_hidden_finds_and_sorts_nobody(api: Api) -> None:
    for arguments in (
        'where: {email: {startsWith: "a"}}',
        "orderBy: [{field: EMAIL}]",
        "where: {not: {email: {isNull: true}}}",
    ):
        query = f"{{ authors({arguments}) {{ totalCount }} }}"
        answer = await api(query, role=Role.VIEWER)
        assert (code_of(answer), answer["data"]) == ("FORBIDDEN", None)
        assert "author:read_email" in answer["errors"][0]["message"]
        assert code_of(await api(query, role=None)) == "FORBIDDEN"
        assert (await api.data(query, role=Role.EDITOR))["authors"]["totalCount"] == 0
