"""What every mutation shares: one transaction, and what the caller could mend as data beside the thing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

import strawberry
import structlog
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from strawberry import UNSET

from cms import changes
from cms.audit.deeds import deed_done, deed_of
from cms.audit.recording import Deed, record, record_refusal
from cms.context import Context
from cms.errors import (
    BadInput,
    Forbidden,
    InUse,
    Invalid,
    Problem,
    Problems,
    SlugTaken,
    Unauthenticated,
    VersionConflict,
)
from cms.ids import key_of, public_id
from cms.permissions import Actor
from cms.reading.connections import Node
from cms.reading.enums import describe_enum
from cms.reading.fields import column, reads_of

if TYPE_CHECKING:
    from cms.articles.graphql.types import Article

LazyArticle = Annotated["Article", strawberry.lazy("cms.articles.graphql.types")]
T = TypeVar("T")
TRIES_MAX = 3
log = structlog.get_logger(__name__)


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


ERRORS: list[type] = [ValidationError, NotFoundError, VersionConflictError, SlugTakenError, InUseError]
Input = strawberry.argument(description="What to do.")
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
        case SlugTaken():
            row["suggestion"] = problem.suggestion
        case InUse():
            row["used_by"] = problem.used_by
        case _:
            pass
    return row


def _type_name(problem: Problem) -> str:
    return "Invalid" if type(problem) is Problem else type(problem).__name__


@strawberry.input(description="What is to go.")
class DeleteInput:
    id: strawberry.ID = strawberry.field(description="Its id.")


@strawberry.type(description="What has gone, or why it could not.")
class DeletePayload:
    deleted_id: strawberry.ID | None = column(
        "deleted_id", "The id of what is gone, for a client's cache; null when there are errors."
    )
    errors: list[UserError] = errors_field()


async def perform(
    info: strawberry.Info, verb: Callable[[AsyncSession, Actor], Awaitable[T]], *, name: str
) -> Any:
    """Run a verb of a service in one transaction: the payload `{name: what it gave, errors: []}`, or the problems and None.

    Errors that are no problem of the input (no token, no permission) go on to the top level.
    """
    deed, context = deed_of(info), info.context

    async def recorded(session: AsyncSession, actor: Actor) -> T:
        result = await verb(session, actor)
        await record(session, actor, deed_done(deed, name, result))
        return result

    return await payload_of(
        _or_recorded_refusal(context, deed, _in_transaction(context, recorded)), name=name
    )


async def perform_work(info: strawberry.Info, work: Awaitable[T], *, name: str) -> Any:
    """Like `perform`, for work that sees to its own transactions: what was done is written down after it."""
    deed, context = deed_of(info), info.context

    async def recorded() -> T:
        result = await work
        async with context.database.transaction() as session:
            await record(session, context.actor, deed_done(deed, name, result))
        return result

    return await payload_of(_or_recorded_refusal(context, deed, recorded()), name=name)


async def perform_deletion(
    info: strawberry.Info,
    noun: str,
    input: DeleteInput,
    verb: Callable[[AsyncSession, Actor, UUID], Awaitable[object]],
) -> Any:
    """Run a verb that removes the row of the id: the payload `{deleted_id, errors}`."""

    async def remove(session: AsyncSession, actor: Actor) -> str:
        key = key_in(noun, input.id, "id")
        await verb(session, actor, key)
        return public_id(noun, key)

    return await perform(info, remove, name="deleted_id")


async def payload_of(work: Awaitable[T], *, name: str) -> Any:
    """Wait for the work of a mutation: the payload `{name: what it gave, errors: []}`, or the problems and None."""
    try:
        result = await work
    except Problems as several:
        return {name: None, "errors": [error_row(problem) for problem in several.problems]}
    except Problem as problem:
        return {name: None, "errors": [error_row(problem)]}
    return {name: str(result) if isinstance(result, UUID) else result, "errors": []}


async def _or_recorded_refusal(context: Context, deed: Deed, work: Awaitable[T]) -> T:
    try:
        return await work
    except (Forbidden, Unauthenticated) as error:
        await record_refusal(context.database, context.actor, deed, error)
        raise


async def _in_transaction(context: Context, verb: Callable[[AsyncSession, Actor], Awaitable[T]]) -> T:
    context.actor.require_pen()
    for attempt in range(1, TRIES_MAX + 1):
        try:
            async with context.database.transaction() as session:
                return await verb(session, context.actor)
        except IntegrityError as error:
            log.warning("a mutation met another one", constraint=_constraint(error))
            raise Invalid(
                "Somebody changed the same thing at the same moment. Read it again, then try again."
            ) from error
        except DBAPIError as error:
            if attempt == TRIES_MAX or not _may_be_tried_again(error):
                raise
    raise AssertionError  # pragma: no cover  (the loop returns or raises)


def _may_be_tried_again(error: DBAPIError) -> bool:
    """Whether nothing was written, and the reason was another transaction or a connection that was dead already."""
    return error.connection_invalidated or isinstance(error.orig, DeadlockDetected | SerializationFailure)


def _constraint(error: IntegrityError) -> str | None:
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None)


def key_in(noun: str, text: str, *path: str) -> UUID:
    """The key of a public id in an input. Raises Invalid with the path of its field."""
    try:
        return key_of(noun, text)
    except BadInput as error:
        raise Invalid(error.message, *path) from error


def optional(description: str) -> Any:
    """A field of an input that may be left out."""
    return strawberry.field(default=UNSET, description=description)


def needed(description: str) -> Any:
    """A field of an input that must be there."""
    return strawberry.field(description=description)


def sent(value: Any) -> Any:
    """A field of a GraphQL input as services take it: absent is their UNSET, null is None."""
    return changes.UNSET if value is UNSET else value


def sent_value(value: Any, *path: str) -> Any:
    """Like `sent`, for what can be left out but not cleared. Raises Invalid with the path for null."""
    if value is None:
        raise Invalid(f"“{path[-1]}” cannot be null. Leave it out to keep what is there.", *path)
    return sent(value)


def sent_key(noun: str, value: Any, *path: str) -> Any:
    """Like `sent`, for an id."""
    return sent(value) if value is UNSET or value is None else key_in(noun, value, *path)


def sent_keys(noun: str, values: Sequence[str] | Any | None, *path: str) -> Any:
    """Like `sent`, for a list of ids."""
    if values is UNSET or values is None:
        return sent(values)
    return [key_in(noun, value, *path, str(index)) for index, value in enumerate(values)]
