"""The limits of a document, each refused with its code, what was found and the limit."""

import time
from typing import Any

import pytest
from graphql import FragmentDefinitionNode, get_introspection_query, parse

from cms.endpoint.documents import Document, Documents
from cms.endpoint.errors import LimitExceeded, RequestError
from cms.endpoint.limits import check_limits
from tests.endpoint.asking import LEGACY, codes, post
from tests.endpoint.sample import Desk, app_with, client_of, schema, settings_with

BOMB_LEVELS = 18


def bomb(levels: int = BOMB_LEVELS) -> str:
    """A document of about 700 bytes whose last fragment is spread 2^levels times."""
    links = [f"fragment F{i} on Query{{...F{i + 1} ...F{i + 1}}}" for i in range(levels)]
    return "{...F0}" + "".join(links) + f"fragment F{levels} on Query{{hello}}"


def read(query: str, **changes: Any) -> Document:
    return Documents(schema, settings_with(**changes)).read(query)


def refusal_of(
    query: str, variables: dict[str, Any] | None = None, **changes: Any
) -> tuple[str, int | None, int]:
    """Code, what was found, and the limit of the error that the document is refused with."""
    with pytest.raises(RequestError) as refused:
        read(query, **changes).operation_named(None).cost.check(variables or {})
    extensions = refused.value.extensions
    return extensions["code"], extensions.get("found"), extensions["limit"]


def cost_of(query: str, variables: dict[str, Any] | None = None) -> int:
    return read(query, list_cost_max=10**9).operation_named(None).cost.check(variables or {})


def test_a_fragment_bomb_is_refused_in_about_a_millisecond() -> None:
    document = bomb()
    assert len(document) < 800
    node = parse(document)
    fragments = {
        part.name.value: part for part in node.definitions if isinstance(part, FragmentDefinitionNode)
    }
    settings = settings_with()
    started = time.process_time()
    with pytest.raises(LimitExceeded) as refused:
        check_limits(node, fragments, settings)
    seconds = time.process_time() - started
    # A millisecond on an idle machine; the margin is for a busy one. Spreading it out would take minutes.
    assert seconds < 0.02
    assert refused.value.extensions == {"code": "TOO_MANY_FIELDS", "found": 2**BOMB_LEVELS, "limit": 2_000}


@pytest.mark.parametrize("levels", [40, 80])
def test_the_time_for_a_bomb_is_linear_in_its_length(levels: int) -> None:
    started = time.process_time()
    assert refusal_of(bomb(levels))[0] == "TOO_MANY_FIELDS"
    assert time.process_time() - started < 0.2


@pytest.mark.parametrize(
    ("query", "changes", "refusal"),
    [
        ("{" + "hello " * 20 + "}", {"document_tokens_max": 10}, ("DOCUMENT_TOO_LARGE", None, 10)),
        ("{hello}" + " " * 94, {"document_characters_max": 100}, ("DOCUMENT_TOO_LARGE", 101, 100)),
        ("#\n" * 20 + "{hello}", {"document_tokens_max": 10}, ("DOCUMENT_TOO_LARGE", None, 10)),
        ("{article{tags{tags{title}}}}", {"document_depth_max": 3}, ("DOCUMENT_TOO_DEEP", 4, 3)),
        (
            "{article{...A}} fragment A on Article{tags{...B}} fragment B on Article{title}",
            {"document_depth_max": 2},
            ("DOCUMENT_TOO_DEEP", 3, 2),
        ),
        ("{article{... on Article{title}}}", {"document_depth_max": 1}, ("DOCUMENT_TOO_DEEP", 2, 1)),
        ("{a:hello b:hello c:hello}", {"document_aliases_max": 2}, ("TOO_MANY_ALIASES", 3, 2)),
        (
            "{...A x:article{title}} fragment A on Query{a:hello}",
            {"document_aliases_max": 1},
            ("TOO_MANY_ALIASES", 2, 1),
        ),
        ("query @include(if:true) {hello}", {"document_directives_max": 0}, ("TOO_MANY_DIRECTIVES", 1, 0)),
        (
            "{hello @include(if:true) @skip(if:false) ...@include(if:true){hello}}",
            {"document_directives_max": 2},
            ("TOO_MANY_DIRECTIVES", 3, 2),
        ),
        ("{hello a:hello ...{b:hello}}", {"document_root_fields_max": 2}, ("TOO_MANY_ROOT_FIELDS", 3, 2)),
        ("{article{title tags{title}}}", {"document_fields_max": 3}, ("TOO_MANY_FIELDS", 4, 3)),
        ("{" + "hello " * 51 + "}", {}, ("TOO_MANY_REPEATS", 51, 50)),
        ("{" + "...A " * 51 + "} fragment A on Query{hello}", {}, ("TOO_MANY_REPEATS", 51, 50)),
        (
            '{article(where:{not:{not:{title:"x"}}}){title}}',
            {"variables_depth_max": 2},
            ("INPUT_TOO_DEEP", 3, 2),
        ),
        ("{anything(value:[[[1]]])}", {"variables_depth_max": 2}, ("INPUT_TOO_DEEP", 3, 2)),
        ("query($v:JSON!=[[[1]]]){anything(value:$v)}", {"variables_depth_max": 2}, ("INPUT_TOO_DEEP", 3, 2)),
        ("{__schema{types{fields{name}}}}", {"introspection_depth_max": 3}, ("INTROSPECTION_TOO_DEEP", 4, 3)),
        ("{articles(first:30){nodes{title}}}", {"list_cost_max": 29}, ("DOCUMENT_TOO_COSTLY", 30, 29)),
    ],
)
def test_what_is_over_a_limit_is_refused(
    query: str, changes: dict[str, Any], refusal: tuple[str, int | None, int]
) -> None:
    assert refusal_of(query, **changes) == refusal


def test_thousands_of_nested_fields_are_refused() -> None:
    document = "{article" + "{tags" * 800 + "{title}" + "}" * 801
    with pytest.raises(RequestError) as refused:
        read(document)
    assert refused.value.extensions["code"] in ("DOCUMENT_TOO_DEEP", "GRAPHQL_PARSE_FAILED")


def test_a_chain_of_fragments_is_refused() -> None:
    chain = "".join(f"fragment F{i} on Query{{...F{i + 1}}}" for i in range(500))
    assert refusal_of("{...F0}" + chain + "fragment F500 on Query{hello}")[0] == "DOCUMENT_TOO_DEEP"


@pytest.mark.parametrize(
    "query",
    [
        "{...A} fragment A on Query{...A}",
        "{...A} fragment A on Query{hello ...B} fragment B on Query{hello ...A}",
        "{...Missing}",
    ],
)
def test_fragments_that_make_no_sense_are_left_to_validation(query: str) -> None:
    with pytest.raises(RequestError) as refused:
        read(query)
    assert refused.value.extensions["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        ("{hello}", {}, 0),
        ("{__schema{types{fields{name}}}}", {}, 0),
        ("{article{title}}", {}, 1),
        ("{article{tags{title}}}", {}, 1 + 10),
        ("{article{blocks{key}}}", {}, 1 + 3),
        ("{articles{nodes{title}}}", {}, 20),
        ("{articles(first:5){nodes{title}}}", {}, 5),
        ("{articles(first:5){edges{cursor node{title}} pageInfo{hasNextPage}}}", {}, 5 + 1),
        ("{articles(first:5,last:7){nodes{title}}}", {}, 7),
        ("{articles(first:-5){nodes{title}}}", {}, 0),
        (
            "{articles(first:30){nodes{related(first:30){nodes{related(first:30){nodes{title}}}}}}}",
            {},
            30 + 900 + 27_000,
        ),
        ("query($n:Int){articles(first:$n){nodes{title}}}", {"n": 3}, 3),
        ("query($n:Int){articles(first:$n){nodes{title}}}", {}, 20),
        ("query($n:Int=4){articles(first:$n){nodes{title}}}", {}, 4),
        ("query($n:Int=4){articles(first:$n){nodes{title}}}", {"n": None}, 20),
        ("query($n:Int){articles(first:$n){nodes{title}}}", {"n": "many"}, 20),
        (
            "query($n:Int){articles(first:$n){...C}} fragment C on ArticleConnection{nodes{...A}} fragment A on Article{related(first:$n){...C2}}"
            " fragment C2 on ArticleConnection{nodes{title}}",
            {"n": 6},
            6 + 36,
        ),
        ('{nodes(ids:["a","b","c"]){title}}', {}, 3),
        ("query($ids:[ID!]!){nodes(ids:$ids){tags{title}}}", {"ids": ["a", "b"]}, 2 + 20),
        ("{a:articles(first:5){nodes{title}} b:articles(first:5){nodes{title}}}", {}, 10),
        ("{article{blocks{... on ImageBlock{alt} ... on ParagraphBlock{text}}}}", {}, 1 + 3),
    ],
)
def test_the_cost_is_the_number_of_objects_asked_for(
    query: str, variables: dict[str, Any], cost: int
) -> None:
    assert cost_of(query, variables) == cost


def test_the_cost_follows_the_variables_of_each_request() -> None:
    operation = read(
        "query($n:Int,$t:String){articles(first:$n){nodes{title}} article(title:$t){title}}"
    ).operation_named(None)
    assert [operation.cost.check({"n": n, "t": str(n)}) for n in (3, 8, 3)] == [4, 9, 4]
    with pytest.raises(LimitExceeded):
        operation.cost.check({"n": 10**6})


@pytest.mark.parametrize("descriptions", [True, False])
def test_the_introspection_query_passes(descriptions: bool) -> None:
    query = get_introspection_query(
        descriptions=descriptions,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    assert read(query).operations[0].kind == "query"


def test_the_whole_schema_cannot_be_asked_for_many_times_over() -> None:
    again = " ".join(f"again{number}: __schema {{ types {{ ...FullType }} }}" for number in range(3))
    code, found, limit = refusal_of(get_introspection_query().replace("__schema {", f"{again} __schema {{"))
    assert (code, limit) == ("TOO_MANY_FIELDS", 400)
    assert found is not None
    assert found > limit


def test_an_introspection_bomb_is_refused() -> None:
    inner = "{name}"
    for _ in range(5):
        inner = "{fields{type" + inner + "}}"
    with pytest.raises(RequestError) as refused:
        read("{__schema{types" + inner + "}}")
    assert "introspection depth" in str(refused.value.entries)


def test_an_article_page_passes() -> None:
    names = ["ParagraphBlock{text}", "ImageBlock{alt}"] * 6
    blocks = " ".join(f"... on {name.replace('{', '{key ')}" for name in names)
    query = (
        "query Page($slug:String!){article(title:$slug){title body tags{title} blocks{__typename "
        + blocks
        + "}"
        " related(first:4){edges{cursor node{...Card}} pageInfo{hasNextPage}}}"
        " articles(first:20){nodes{...Card}}}"
        " fragment Card on Article{title body(characters:90) tags{title} related(first:4){nodes{title tags{title}}}}"
    )
    read(query).operation_named(None).cost.check({"slug": "x"})


@pytest.mark.parametrize(
    ("variables", "changes", "code"),
    [
        ({"v": "x" * 2_000}, {"variables_bytes_max": 1_000}, "VARIABLES_TOO_LARGE"),
        ({"v": [[[1]]]}, {"variables_depth_max": 2}, "INPUT_TOO_DEEP"),
        ({"v": {"a": {"b": {"c": 1}}}}, {"variables_depth_max": 2}, "INPUT_TOO_DEEP"),
    ],
)
async def test_variables_have_limits(
    desk: Desk, variables: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    async with client_of(app_with(desk, **changes)) as client:
        modern = await post(client, "query($v:JSON!){anything(value:$v)}", variables=variables)
        legacy = await post(client, "query($v:JSON!){anything(value:$v)}", variables=variables, accept=LEGACY)
    assert (modern.status_code, legacy.status_code, codes(modern), codes(legacy)) == (
        400,
        200,
        [code],
        [code],
    )
    assert desk.contexts_open == 0


async def test_variables_within_the_limits_pass_though_the_document_is_long(desk: Desk) -> None:
    async with client_of(app_with(desk, variables_bytes_max=1_000)) as client:
        response = await post(
            client, "#" + "x" * 2_000 + "\nquery($v:JSON!){anything(value:$v)}", variables={"v": 1}
        )
    assert response.json() == {"data": {"anything": 1}}


async def test_a_refusal_names_the_number_and_the_limit(desk: Desk) -> None:
    async with client_of(app_with(desk, list_cost_max=1_000)) as client:
        response = await post(client, "{articles(first:1001){nodes{title}}}")
    error = response.json()["errors"][0]
    assert error["extensions"] == {"code": "DOCUMENT_TOO_COSTLY", "found": 1_001, "limit": 1_000}
    assert error["message"].endswith("1,001, and the limit is 1,000.")
