"""GraphiQL comes from Kiosque itself: the page, its files, and the examples that it opens with."""

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import NonNullTypeNode, OperationDefinitionNode, OperationType, VariableDefinitionNode, parse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from cms.config import PROJECT_ROOT, Settings
from cms.endpoint.graphiql import content_security_policy, graphiql_page, graphiql_routes
from cms.endpoint.graphiql.examples import read_examples
from cms.endpoint.graphiql.page import STATIC_FOLDER, render_page

SOURCE_FOLDER = PROJECT_ROOT / "cms" / "endpoint" / "graphiql" / "source"
OPERATIONS_FOLDER = PROJECT_ROOT / "schema" / "operations"
DOCUMENTS = sorted(OPERATIONS_FOLDER.glob("*.graphql"))
PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
KNOWN_PLACEHOLDER = re.compile(
    r"(article|author|tag|section|version):[a-z0-9-]+|last:(article|version|tag|asset|upload|apiToken|previewLink)"
)


def settings(**changes: Any) -> Settings:
    """Settings as an operator might give them; `changes` are fields of Settings, of any type."""
    given: dict[str, Any] = {"public_url": "https://cms.example.org", "s3_endpoint": "http://127.0.0.1:9000"}
    return Settings.model_validate(given | changes)


def client(prefix: str = "", **changes: Any) -> httpx.AsyncClient:
    """A client of an application that has GraphiQL under the prefix."""

    async def page(request: Request) -> Response:
        return graphiql_page(request, settings(**changes))

    application = Starlette(routes=[Mount(prefix, routes=[Route("/graphql", page), *graphiql_routes()])])
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://kiosque.test")


class Page(HTMLParser):
    """What a page fetches, and what it carries inline."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.script_types: list[str] = []
        self.config: dict[str, Any] = {}
        self._is_config = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._is_config = attributes.get("id") == "kiosque-config"
        if tag == "script" and "src" not in attributes:
            self.script_types.append(attributes.get("type", ""))
        self.fetched += [
            attributes[name]
            for name in ("src", "href")
            if not attributes.get(name, "data:").startswith("data:")
        ]

    def handle_data(self, data: str) -> None:
        if self._is_config and data.strip():
            self.config = json.loads(data)


def directives(policy: str) -> dict[str, list[str]]:
    """The directives of a Content-Security-Policy (https://www.w3.org/TR/CSP3/#parse-serialized-policy)."""
    parts = [directive.split() for directive in policy.split(";")]
    return {name: values for name, *values in parts}


async def test_the_page_fetches_only_files_that_kiosque_serves() -> None:
    async with client() as browser:
        page = Page((await browser.get("/graphql")).text)
        answers = [await browser.get(f"/{name}") for name in page.fetched]
    assert [name.split("/")[0] for name in page.fetched] == ["graphiql", "graphiql"]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.headers["content-type"] for answer in answers] == [
        "text/javascript; charset=utf-8",
        "text/css; charset=utf-8",
    ]


async def test_the_page_works_under_a_prefix() -> None:
    async with client("/desk") as browser:
        answer = await browser.get("/desk/graphql")
        page = Page(answer.text)
        statuses = [(await browser.get(str(answer.url.join(name)))).status_code for name in page.fetched]
    assert statuses == [200, 200]
    assert str(answer.url.join(page.config["endpoint"])) == "http://kiosque.test/desk/graphql"


async def test_the_page_carries_no_script_of_its_own() -> None:
    async with client() as browser:
        page = Page((await browser.get("/graphql")).text)
    assert page.script_types == ["application/json"]


async def test_the_page_is_checked_again_at_each_visit() -> None:
    async with client() as browser:
        headers = (await browser.get("/graphql")).headers
    assert (headers["cache-control"], headers["vary"]) == ("no-cache", "Accept")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


async def test_the_policy_allows_kiosque_and_its_store_alone() -> None:
    async with client() as browser:
        policy = (await browser.get("/graphql")).headers["content-security-policy"]
    assert directives(policy) == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "connect-src": ["'self'", "http://127.0.0.1:9000"],
        "img-src": ["'self'", "data:", "https://cms.example.org", "http://127.0.0.1:9000"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }


@pytest.mark.parametrize(
    ("changes", "origins"),
    [
        ({"s3_endpoint": None}, []),
        ({"s3_endpoint": "http://store:8333/deep"}, ["http://store:8333"]),
        ({"s3_public_endpoint": "https://s3.example.org"}, ["https://s3.example.org"]),
        (
            {"s3_public_endpoint": "https://s3.example.org", "s3_path_style": False, "s3_bucket": "photos"},
            ["https://photos.s3.example.org"],
        ),
    ],
)
def test_uploads_may_go_to_where_requests_are_signed_for(changes: dict[str, Any], origins: list[str]) -> None:
    policy = directives(content_security_policy(settings(**changes)))
    assert policy["connect-src"] == ["'self'", *origins]


async def test_a_file_is_kept_for_a_year_and_packed_for_those_who_understand_it() -> None:
    script = next(STATIC_FOLDER.glob("*.js"))
    async with client() as browser:
        packed = await browser.get(f"/graphiql/{script.name}", headers={"Accept-Encoding": "gzip"})
        plain = await browser.get(f"/graphiql/{script.name}", headers={"Accept-Encoding": "identity"})
    assert packed.content == plain.content == script.read_bytes()
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) * 3 < int(plain.headers["content-length"])
    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["vary"] == "Accept-Encoding"


async def test_the_licences_of_what_is_bundled_are_served() -> None:
    async with client() as browser:
        answer = await browser.get("/graphiql/LICENSES.txt")
    assert answer.headers["cache-control"] == "no-cache"
    packages = json.loads((SOURCE_FOLDER / "package.json").read_text("utf-8"))["dependencies"]
    named = [f"{name} {version}\nLicence: MIT" in answer.text for name, version in packages.items()]
    assert named == [True] * 4


@pytest.mark.parametrize("name", ["index.html", "page.py", "..%2Fpage.py", "%2e%2e%2fpage.py", "no-such.js"])
async def test_nothing_else_is_served(name: str) -> None:
    async with client() as browser:
        answer = await browser.get(f"/graphiql/{name}")
    assert answer.status_code == 404


async def test_the_examples_are_the_documents_of_the_operations_folder() -> None:
    async with client() as browser:
        page = Page((await browser.get("/graphql")).text)
    examples = {example["name"]: example["query"] for example in page.config["examples"]}
    assert examples == {path.stem: path.read_text("utf-8").strip() for path in DOCUMENTS}


async def test_the_page_opens_with_the_tabs_in_their_order() -> None:
    async with client() as browser:
        page = Page((await browser.get("/graphql")).text)
    opened = [example["name"] for example in page.config["examples"] if example["opens"]]
    assert opened == json.loads((OPERATIONS_FOLDER / "tabs.json").read_text("utf-8"))


async def test_the_sample_picture_is_the_one_that_the_upload_example_describes() -> None:
    picture = (OPERATIONS_FOLDER / "sample.png").read_bytes()
    file = json.loads((OPERATIONS_FOLDER / "upload-an-image.variables.json").read_text("utf-8"))["file"]
    assert (file["byteSize"], file["sha256"]) == (len(picture), hashlib.sha256(picture).hexdigest())


def test_a_document_is_read_with_its_title_and_its_variables(tmp_path: Path) -> None:
    (tmp_path / "tabs.json").write_text('["second"]')
    (tmp_path / "first.graphql").write_text("query First { site { name } }\n")
    (tmp_path / "second.graphql").write_text(
        "# The second\n# What it does,\n# in two lines.\nquery Second { a }\n# No title.\n"
    )
    (tmp_path / "second.variables.json").write_text('{"a": 1}\n')
    second, first = read_examples(tmp_path)
    assert (second.title, second.explanation, second.variables, second.opens) == (
        "The second",
        "What it does, in two lines.",
        '{"a": 1}',
        True,
    )
    assert (first.title, first.explanation, first.variables, first.opens) == ("first", "", "", False)


def test_a_tab_without_its_document_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "tabs.json").write_text('["gone"]')
    with pytest.raises(FileNotFoundError, match=r"gone\.graphql"):
        read_examples(tmp_path)


def test_no_text_of_an_example_can_end_the_script_element(tmp_path: Path) -> None:
    query = "# Ends </script><script>alert(1)</script>\nquery Ends { site { name } }"
    (tmp_path / "tabs.json").write_text("[]")
    (tmp_path / "ends.graphql").write_text(query)
    (tmp_path / "sample.png").write_bytes(b"")
    page = Page(render_page("graphql", tmp_path))
    assert page.script_types == ["application/json"]
    assert page.config["examples"][0]["query"] == query


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_explains_itself_and_has_the_variables_that_it_needs(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith("# ") and text.splitlines()[1].startswith("# ")
    operations = operations_of(text)
    declared = [variable for one in operations for variable in one.variable_definitions or ()]
    needed = {variable.variable.name.value for variable in declared if is_needed(variable)}
    assert needed <= set(variables_of(path)) <= {variable.variable.name.value for variable in declared}
    assert all(one.name for one in operations)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_uses_placeholders_that_the_page_knows(path: Path) -> None:
    assert [
        name
        for name in PLACEHOLDER.findall(json.dumps(variables_of(path)))
        if not KNOWN_PLACEHOLDER.fullmatch(name)
    ] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_that_changes_something_says_that_it_needs_a_token(path: Path) -> None:
    text = path.read_text("utf-8")
    changes = any(one.operation is OperationType.MUTATION for one in operations_of(text))
    example = next(example for example in read_examples(OPERATIONS_FOLDER) if example.name == path.stem)
    assert (re.search(r"Needs an? (admin's )?token", example.explanation) is not None) == changes


@pytest.mark.parametrize("path", sorted(STATIC_FOLDER.iterdir()), ids=lambda path: path.name.split("-")[0])
def test_a_built_file_names_no_public_cdn_and_no_package_registry(path: Path) -> None:
    text = path.read_text("utf-8")
    hosts = ["unpkg.com", "jsdelivr", "cdnjs", "esm.sh", "googleapis", "gstatic", "registry.", "yarn"]
    assert [host for host in hosts if host in text] == []


def test_the_built_style_fetches_nothing() -> None:
    style = next(STATIC_FOLDER.glob("*.css")).read_text("utf-8")
    addresses = re.findall(r"url\(\s*['\"]?([^)]{0,30})", style)
    assert [address for address in addresses if not address.startswith("data:image/")] == []
    assert "@import" not in style


def test_the_built_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in STATIC_FOLDER.iterdir()) < 1_700_000


def test_the_lock_file_names_no_host() -> None:
    lock = (SOURCE_FOLDER / "package-lock.json").read_text("utf-8")
    assert re.findall(r'"resolved"|"funding"|https?://[^"]*', lock) == []


def operations_of(text: str) -> list[OperationDefinitionNode]:
    """The operations of a document."""
    return [node for node in parse(text).definitions if isinstance(node, OperationDefinitionNode)]


def variables_of(path: Path) -> dict[str, Any]:
    """The variables beside a document."""
    beside = path.with_suffix("").with_suffix(".variables.json")
    return json.loads(beside.read_text("utf-8")) if beside.exists() else {}


def is_needed(variable: VariableDefinitionNode) -> bool:
    """Whether the operation fails without the variable."""
    return isinstance(variable.type, NonNullTypeNode) and variable.default_value is None
