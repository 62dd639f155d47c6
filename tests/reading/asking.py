"""Asking one question twice: through plans, and through ordinary execution."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import strawberry
from graphql import DocumentNode, ExecutionResult, FieldNode, OperationDefinitionNode

from cms.config import Settings
from cms.context import Context
from cms.database import Database
from cms.endpoint.documents import Document, Documents, Operation
from cms.endpoint.execution import execute_operation
from cms.endpoint.failures import entries_of
from cms.graphql import make_schema
from cms.permissions import PUBLIC, Actor, Role, actor_of_role
from cms.perspective import DRAFT, PUBLISHED, Perspective, PerspectiveKind
from cms.reading.planning.plans import Plans
from cms.reading.sources import Facts

EDITOR = actor_of_role(Role.EDITOR, actor_id=None, name="editor")


@dataclass(frozen=True)
class View:
    """Who asks, in which perspective."""

    actor: Actor
    perspective: Perspective


PUBLIC_VIEW = View(PUBLIC, PUBLISHED)
EDITOR_VIEW = View(EDITOR, PUBLISHED)
DRAFT_VIEW = View(EDITOR, DRAFT)


def at_view(time: datetime) -> View:
    """An editor's view of the site as it was."""
    return View(EDITOR, Perspective(PerspectiveKind.AT, time))


def preview_view(article_id: UUID) -> View:
    """The view of whoever has a link to the draft of the article."""
    actor = Actor(None, "preview link", "", frozenset(), previews=article_id)
    return View(actor, Perspective(PerspectiveKind.PREVIEW, article_id=article_id))


@dataclass(frozen=True)
class Answer:
    """What came back, how many statements it took, the root fields that were not planned, and the cache tags that were noted."""

    data: Any
    errors: list[dict[str, Any]]
    statements: int
    fallbacks: list[str] = field(default_factory=list[str])
    tags: frozenset[str] = frozenset()

    @property
    def text(self) -> bytes:
        """The answer as bytes: what a client would see, errors in an order of their own."""
        told = sorted(
            orjson.dumps([e["message"], e.get("path"), e["extensions"]["code"]]) for e in self.errors
        )
        return orjson.dumps(self.data) + b" " + b" ".join(told)

    def is_as_good_as(self, other: "Answer") -> bool:
        """Whether both have the same data. Of several errors that make the same thing null, either may tell any (section 6.4.4)."""
        return orjson.dumps(self.data) == orjson.dumps(other.data) and self._nulled() == other._nulled()

    def _nulled(self) -> set[tuple[str | int, ...]]:
        """The places that the errors have made null."""
        found: set[tuple[str | int, ...]] = set()
        for error in self.errors:
            at, way = self.data, list[str | int]()
            for step in error["path"]:
                if at is None:
                    break
                at, way = at[step], [*way, step]
            found.add(tuple(way))
        return found

    @property
    def codes(self) -> list[str]:
        """The codes of the errors."""
        return [error["extensions"]["code"] for error in self.errors]


class Questions:
    """One schema over one database."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings, self.database = settings, database
        self.schema: strawberry.Schema = make_schema()
        self.graphql_schema: Any = self.schema._schema  # pyright: ignore[reportPrivateUsage]  (no public name)
        self.documents = Documents(self.schema, settings)
        self.plans = Plans(self.graphql_schema, Facts(settings.base_url, database.signing_key))

    async def ask(
        self, text: str, variables: Mapping[str, Any] | None = None, view: View = PUBLIC_VIEW
    ) -> Any:
        """The data of a question that both executions answer alike and without an error."""
        planned, ordinary = await self.both(text, variables, view)
        assert planned.text == ordinary.text
        assert planned.errors == []
        return planned.data

    async def refused(
        self, text: str, variables: Mapping[str, Any] | None = None, view: View = PUBLIC_VIEW
    ) -> str:
        """The message of the one error that both executions give, which is the client's to mend."""
        planned, ordinary = await self.both(text, variables, view)
        assert planned.text == ordinary.text
        assert planned.codes == ["BAD_USER_INPUT"]
        return planned.errors[0]["message"]

    async def both(
        self, text: str, variables: Mapping[str, Any] | None = None, view: View = PUBLIC_VIEW
    ) -> tuple[Answer, Answer]:
        """The planned answer and the ordinary one."""
        return await self.planned(text, variables, view), await self.ordinary(text, variables, view)

    async def ordinary(
        self, text: str, variables: Mapping[str, Any] | None = None, view: View = PUBLIC_VIEW
    ) -> Answer:
        """The answer of ordinary execution: one resolver call a field."""
        document, context = self.documents.read(text), self._context(view)
        result = await self._execute(document, document.operation_named(None), dict(variables or {}), context)
        return _answer(result, context, [])

    async def planned(
        self, text: str, variables: Mapping[str, Any] | None = None, view: View = PUBLIC_VIEW
    ) -> Answer:
        """The answer of plans, and which root fields fell back."""
        document, context = self.documents.read(text), self._context(view)
        operation, given, fallbacks = document.operation_named(None), dict(variables or {}), list[str]()

        async def fall_back(node: DocumentNode, narrowed: OperationDefinitionNode) -> ExecutionResult:
            fields = (s for s in narrowed.selection_set.selections if isinstance(s, FieldNode))
            fallbacks.extend(one.name.value for one in fields)
            rest = Document(document.text, document.sha256, node, document.fragments, document.operations)
            same = replace(operation, node=narrowed)
            return await self._execute(rest, same, given, context)

        result = await self.plans.execute(
            document.node,
            operation.node,
            given,
            context.reads,
            identity=document.sha256,
            ordinary=fall_back,
        )
        return _answer(result, context, fallbacks)

    async def _execute(
        self, document: Document, operation: Operation, variables: dict[str, Any], context: Context
    ) -> ExecutionResult:
        return await execute_operation(
            self.schema, document, operation, variables, context, hide_suggestions=True
        )

    def _context(self, view: View) -> Context:
        return Context(self.settings, self.database, None, view.actor, view.perspective)


def _answer(result: ExecutionResult, context: Context, fallbacks: list[str]) -> Answer:
    entries = [
        entry if "extensions" in entry else entry | {"extensions": {"code": "BAD_USER_INPUT"}}
        for entry in entries_of(result.errors or [], "a test")
    ]
    tags = frozenset(context.reads.tags)
    return Answer(result.data, entries, context.reader.statements, fallbacks, tags)
