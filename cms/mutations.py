"""What every mutation shares: one transaction, and what the caller could mend as data beside the thing."""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Any, Protocol, TypeVar
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
from cms.errors import BadInput, Forbidden, Invalid, Problem, Problems, Unauthenticated
from cms.ids import key_of, public_id
from cms.permissions import Actor
from cms.problems import UserError, error_row, errors_field
from cms.reading.enums import describe_enum
from cms.reading.fields import column, resolve_info
from cms.revisions import Expected
from cms.transactions import Afterwards, TransactionSession
from cms.wire import Question

T = TypeVar("T")
TRIES_MAX = 3
TAKES_FILE = {"takes_file": True}
"""The metadata of a mutation that receives, fetches or looks through a file: it may take `INTAKE_SECONDS_MAX`."""
log = structlog.get_logger(__name__)


Input = strawberry.argument(description="What to do.")
EXPECTED = "The `version` that you have read. If somebody has changed it since, nothing is changed."
ON_CONFLICT = "What to do if somebody has changed it since the version that you have read."


class OnConflict(StrEnum):
    """What to do if somebody has made a change since the version that was read."""

    REFUSE = "REFUSE"
    MERGE = "MERGE"


describe_enum(
    OnConflict,
    "What to do if somebody has made a change since the version that you have read.",
    {
        "REFUSE": "Change nothing; the error tells both sides.",
        "MERGE": "Save your changes beside the others', if they are of other fields; else as REFUSE.",
    },
)


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
        _read_with_commit(session, info, result)
        return result

    return await payload_of(
        _or_recorded_refusal(context, deed, _in_transaction(context, recorded)), name=name
    )


def _read_with_commit(session: AsyncSession, info: strawberry.Info, result: object) -> None:
    """Let the thing that the payload will show be read right behind the commit, where it is known how."""
    payloads = info.context.reads.payloads
    if payloads is None or not isinstance(result, UUID) or not isinstance(session, TransactionSession):
        return
    ahead = payloads.read_ahead(str(result), resolve_info(info))
    if ahead is not None:
        session.after_end.append(Afterwards(Question(ahead.sql.encode(), ahead.values), ahead.take))


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
            async with context.database.transaction(may_run_again=attempt == 1) as session:
                return await verb(session, context.actor)
        except IntegrityError as error:
            if attempt == 1:
                # Whoever looks again sees what the other one has written, and tells exactly what is wrong.
                continue
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


def on_conflict_field() -> Any:
    """The field `onConflict` of an input."""
    return strawberry.field(default=OnConflict.REFUSE, description=ON_CONFLICT)


class _Edit(Protocol):
    expected_version: int
    on_conflict: OnConflict


def expected_by(given: _Edit) -> Expected:
    """What the caller has read, as services take it."""
    return Expected(given.expected_version, merges=given.on_conflict is OnConflict.MERGE)


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
