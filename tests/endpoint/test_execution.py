"""How operations are executed: the seam for the read engine, Strawberry's extensions, and a client that nobody here wrote."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import strawberry
from gql import Client, FileVar, GraphQLRequest, gql
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from graphql import ExecutionResult
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from strawberry.extensions import SchemaExtension

from cms.endpoint import graphql_routes
from cms.endpoint.documents import Document, Operation
from cms.endpoint.execution import execute_operation
from tests.endpoint.asking import post
from tests.endpoint.sample import Desk, app_with, client_of, settings_with
from tests.endpoint.serving import served


async def test_an_engine_may_answer_in_place_of_the_resolvers(desk: Desk) -> None:
    asked: list[tuple[str, str | None, dict[str, Any]]] = []

    async def planned(
        schema: strawberry.Schema,
        document: Document,
        operation: Operation,
        variables: dict[str, Any],
        context: Any,
    ) -> ExecutionResult:
        asked.append((document.text, operation.name, variables))
        if operation.kind == "mutation":
            return await execute_operation(schema, document, operation, variables, context)
        return ExecutionResult(orjson.Fragment(b'{"hello":"planned"}'), None, {"statements": 1})  # pyright: ignore[reportArgumentType]

    async with client_of(app_with(desk, run=planned)) as client:
        read = await post(client, "query Q { hello }", variables={"a": 1})
        written = await post(client, 'mutation { write(text: "x") }')
    assert read.text == '{"data":{"hello":"planned"},"extensions":{"statements":1}}'
    assert written.json() == {"data": {"write": "x"}}
    assert asked[0] == ("query Q { hello }", "Q", {"a": 1})


async def test_the_extensions_of_the_schema_take_part() -> None:
    seen: list[str] = []

    class Watching(SchemaExtension):
        async def on_operation(self) -> AsyncIterator[None]:
            seen.append(f"begin {self.execution_context.operation_name}")
            yield
            seen.append("end")

        def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
            seen.append(info.field_name)
            return _next(root, info, *args, **kwargs)

        def get_results(self) -> dict[str, Any]:
            return {"seen": len(seen)}

    @strawberry.type
    class Query:
        @strawberry.field
        async def greeting(self, name: str) -> str:
            return f"Hello {name}"

    async def make_context(_connection: HTTPConnection) -> None:
        return None

    schema = strawberry.Schema(Query, extensions=[Watching])
    app = Starlette(routes=graphql_routes(schema, settings=settings_with(), make_context=make_context))
    async with client_of(app) as client:
        response = await post(client, 'query Q { greeting(name: "Ada") }')
    assert response.json() == {"data": {"greeting": "Hello Ada"}, "extensions": {"seen": 3}}
    assert seen == ["begin Q", "greeting", "end"]


async def test_the_client_gql_works_with_queries_mutations_and_uploads(desk: Desk) -> None:
    async with served(app_with(desk)) as port:
        transport = HTTPXAsyncTransport(
            f"http://127.0.0.1:{port}/graphql", headers={"X-Requested-With": "gql"}
        )
        async with Client(transport=transport, fetch_schema_from_transport=True) as session:
            read = await session.execute(
                GraphQLRequest("query($n: String!) { hello(name: $n) }", variable_values={"n": "Ada"})
            )
            written = await session.execute(gql('mutation { write(text: "x") }'))
            upload = gql("mutation($f: Upload!) { upload(file: $f) }")
            upload.variable_values = {"f": FileVar(__file__, filename="a.py", content_type="text/x-python")}
            sent = await session.execute(upload, upload_files=True)
    assert (read, written) == ({"hello": "Hello Ada"}, {"write": "x"})
    assert sent["upload"].startswith("a.py text/x-python ")


async def test_the_client_gql_works_over_websocket(desk: Desk) -> None:
    async with served(app_with(desk)) as port:
        transport = WebsocketsTransport(
            f"ws://127.0.0.1:{port}/graphql",
            subprotocols=["graphql-transport-ws"],
            init_payload={"authorization": "Bearer t"},
        )
        async with Client(transport=transport) as session:
            whoami = await session.execute(gql("{ whoami }"))
            numbers = [
                result["count"]
                async for result in session.subscribe(GraphQLRequest("subscription { count(to: 3) }"))
            ]
    assert (whoami, numbers) == ({"whoami": "Bearer t"}, [0, 1, 2])
