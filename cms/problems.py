"""What is wrong with the input of a mutation, as the API tells it: problems as data, beside the thing that was to be changed."""

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from cms.errors import EditConflict, InUse, Problem, SlugTaken, VersionConflict
from cms.reading.connections import Node, Versioned
from cms.reading.enums import describe_enum
from cms.reading.fields import column, reads_of

if TYPE_CHECKING:
    from cms.articles.graphql.types import Article

LazyArticle = Annotated["Article", strawberry.lazy("cms.articles.graphql.types")]


class ErrorCode(StrEnum):
    """What is wrong with the input of a mutation."""

    VALIDATION = "VALIDATION"
    NOT_FOUND = "NOT_FOUND"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    SLUG_TAKEN = "SLUG_TAKEN"
    IN_USE = "IN_USE"


describe_enum(
    ErrorCode,
    "What is wrong with the input of a mutation.",
    {
        "VALIDATION": "A value breaks a rule; the message says which, and what is allowed.",
        "NOT_FOUND": "An id names nothing that you may see.",
        "VERSION_CONFLICT": "Somebody has saved since the version that you have read.",
        "SLUG_TAKEN": "The slug leads elsewhere already.",
        "IN_USE": "It cannot go while other things need it.",
    },
)


def _is(kind: str) -> Any:
    def is_type_of(_: type, error: Any, __: Any) -> bool:
        return error["type"] == kind

    return classmethod(is_type_of)


@strawberry.interface(
    description="Something that the caller of a mutation could mend. A payload with errors has changed nothing."
)
class UserError:
    code: ErrorCode = column("code", "What kind of problem.")
    message: str = column("message", "What is wrong and what is allowed, in a sentence.")
    path: list[str] = column("path", "The field of the input, from the outside in; a list's items by number.")


@strawberry.type(description="A value breaks a rule.")
class ValidationError(UserError):
    is_type_of = _is("Invalid")


@strawberry.type(description="An id names nothing that you may see.")
class NotFoundError(UserError):
    is_type_of = _is("NotFound")


@strawberry.type(
    description="A field to which two people gave other values, as text: a list has a line an entry. Null is nothing."
)
class FieldClash:
    field: str = column("field", "Its name, as in `title` or `seo.title`.")
    base: str | None = column(
        "base", "What it said in the version that you have read; null, too, if that is no longer kept."
    )
    yours: str | None = column("yours", "What you wanted it to say.")
    theirs: str | None = column("theirs", "What it says by now.")


@strawberry.type(description="Somebody has saved since the version that you have read.")
class VersionConflictError(UserError):
    is_type_of = _is("VersionConflict")

    @strawberry.field(description="The article as it is now.")
    async def current(self, root: strawberry.Parent[Any], info: strawberry.Info) -> LazyArticle:
        from cms.nodes import ENTITIES  # noqa: PLC0415  (nodes know the slices, which know this module)

        reads = reads_of(info)
        found: Any = await reads.load(ENTITIES["article"], reads.draft_scope, str(root["article_id"]))
        return found

    @strawberry.field(
        description="The fields that others have changed since the version that you have read, as in `title` or `seo.title`."
    )
    async def changed_fields(self, root: strawberry.Parent[Any], info: strawberry.Info) -> list[str]:
        if root["changed"] is not None:
            return list(root["changed"])
        from cms.nodes import changed_since  # noqa: PLC0415  (as above)

        return await changed_since(reads_of(info), root["article_id"], root["expected_version"])

    @strawberry.field(
        description="The fields that you wanted to change and others have changed to something else."
    )
    async def clashes(self, root: strawberry.Parent[Any]) -> list[FieldClash]:
        return root["clashes"]


@strawberry.type(
    description="Somebody has changed the thing since you have read it. An article has its versions to tell more by: that is a VersionConflictError."
)
class EditConflictError(UserError):
    is_type_of = _is("EditConflict")
    changed_fields: list[str] = column(
        "changed", "The fields that others have changed since the version that you have read, as in `name`."
    )
    clashes: list[FieldClash] = column(
        "clashes",
        "The fields that you wanted to change and others have changed to something else. What they said before is not kept.",
    )

    @strawberry.field(
        description="The thing as it is now; of a notice, the article that has it.", graphql_type=Versioned
    )
    async def current(self, root: strawberry.Parent[Any], info: strawberry.Info) -> Any:
        from cms.nodes import load_versioned  # noqa: PLC0415  (as above)

        return await load_versioned(info, root["noun"], root["key"])


@strawberry.type(description="The slug leads elsewhere already.")
class SlugTakenError(UserError):
    is_type_of = _is("SlugTaken")
    suggestion: str = column("suggestion", "A slug that is free.")


@strawberry.type(description="It cannot go while other things need it.")
class InUseError(UserError):
    is_type_of = _is("InUse")

    @strawberry.field(description="Some of those that need it.", graphql_type=list[Node])
    async def used_by(self, root: strawberry.Parent[Any], info: strawberry.Info) -> Any:
        from cms.nodes import ENTITIES  # noqa: PLC0415  (nodes know the slices, which know this module)

        reads = reads_of(info)
        found = [
            await reads.load(ENTITIES[noun], reads.draft_scope, str(key)) for noun, key in root["used_by"]
        ]
        return [row for row in found if row is not None]


ERRORS: list[type] = [
    ValidationError,
    NotFoundError,
    VersionConflictError,
    EditConflictError,
    SlugTakenError,
    InUseError,
]
ERRORS_DESCRIPTION = "What you could mend; empty when it was done."


def errors_field() -> Any:
    """The field `errors` of a payload."""
    return column("errors", ERRORS_DESCRIPTION)


def error_row(problem: Problem) -> dict[str, Any]:
    """A problem as the error types read it."""
    row: dict[str, Any] = {
        "type": _type_name(problem),
        "code": problem.code,
        "message": problem.message,
        "path": problem.path,
    }
    match problem:
        case VersionConflict():
            row |= {"article_id": problem.article_id, "expected_version": problem.expected_version}
            row |= {"changed": problem.changed, "clashes": [asdict(clash) for clash in problem.clashes]}
        case EditConflict():
            row |= {"noun": problem.noun, "key": problem.key, "changed": problem.changed}
            row["clashes"] = [asdict(clash) for clash in problem.clashes]
        case SlugTaken():
            row["suggestion"] = problem.suggestion
        case InUse():
            row["used_by"] = problem.used_by
        case _:
            pass
    return row


def _type_name(problem: Problem) -> str:
    return "Invalid" if type(problem) is Problem else type(problem).__name__
