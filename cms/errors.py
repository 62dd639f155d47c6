"""Every error that Kiosque raises on purpose: one tree, each with a code and a sentence of cause and cure.

Two families: a `Problem` is what the caller of a mutation could mend, and becomes an entry of the payload's `errors`; everything
else is a top-level GraphQL error with `extensions.code`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID


class KiosqueError(Exception):
    """The root of the tree."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str, **extensions: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extensions: dict[str, Any] = {"code": self.code, **extensions}


class BadInput(KiosqueError):
    """A query's argument cannot be understood."""

    code = "BAD_USER_INPUT"


class Unauthenticated(KiosqueError):
    """The request shows no token where one is needed, or one that is not good."""

    code = "UNAUTHENTICATED"


class Forbidden(KiosqueError):
    """The actor may see the thing but not do this with it."""

    code = "FORBIDDEN"


class Unavailable(KiosqueError):
    """A part that Kiosque stands on (database, bucket) does not answer."""

    code = "UNAVAILABLE"


class Problem(KiosqueError):
    """What the caller of a mutation could mend; `path` names the input field."""

    code = "VALIDATION"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.path = list(path)


class Invalid(Problem):
    """A value that breaks a rule."""


class NotFound(Problem):
    """An id or slug that names nothing that the actor may see."""

    code = "NOT_FOUND"


@dataclass(frozen=True)
class Clash:
    """A field to which two people gave other values, each as text; None for nothing."""

    field: str
    base: str | None
    yours: str | None
    theirs: str | None


class VersionConflict(Problem):
    """Somebody saved since the version that the caller has read.

    `changed` names the fields that differ since, where whoever raises it has compared; `clashes` those that the caller wanted to change, too.
    """

    code = "VERSION_CONFLICT"

    def __init__(
        self,
        message: str,
        *path: str,
        article_id: UUID,
        expected_version: int,
        changed: Sequence[str] | None = None,
        clashes: Sequence[Clash] = (),
    ) -> None:
        super().__init__(message, *path)
        self.article_id, self.expected_version = article_id, expected_version
        self.changed, self.clashes = changed, clashes


class EditConflict(Problem):
    """Somebody changed a thing that keeps no versions since the caller has read it.

    `changed` names the fields that others have changed since, as far as the actor may read them; `clashes` those that the caller wanted to change, too.
    """

    code = "VERSION_CONFLICT"

    def __init__(
        self,
        message: str,
        *path: str,
        noun: str,
        key: object,
        changed: Sequence[str],
        clashes: Sequence[Clash],
    ) -> None:
        super().__init__(message, *path)
        self.noun, self.key, self.changed, self.clashes = noun, key, changed, clashes


class SlugTaken(Problem):
    """The slug leads elsewhere already; `suggestion` is free."""

    code = "SLUG_TAKEN"

    def __init__(self, message: str, *path: str, suggestion: str) -> None:
        super().__init__(message, *path)
        self.suggestion = suggestion


class InUse(Problem):
    """The thing cannot go while others need it; `used_by` names some of them as (noun, key)."""

    code = "IN_USE"

    def __init__(self, message: str, *path: str, used_by: Sequence[tuple[str, UUID]]) -> None:
        super().__init__(message, *path)
        self.used_by = list(used_by)


class Problems(KiosqueError):
    """Several problems of one input, told together."""

    code = "VALIDATION"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = list(problems)
