"""Files beside an operation: the GraphQL multipart request specification (version 2.0, by Jayden Seric).

The fields are `operations` (a request as JSON, each file null), `map` (which file goes to which variables), and the files.
Bytes go to temporary files beyond the first megabyte of each.
"""

from collections.abc import AsyncGenerator
from typing import Any, cast

from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from cms.endpoint.errors import RequestError
from cms.endpoint.requests import GraphQLRequest, JsonObject, json_from, malformed, request_from_value

FILES_MAX = 10
_FIELDS_MAX = 10
_SAFE_HEADERS = (
    "graphql-require-preflight",
    "apollo-require-preflight",
    "x-apollo-operation-name",
    "x-requested-with",
)


def require_preflight(headers: Headers) -> None:
    """Raise RequestError (403) unless the request has a header that no form of another site can send unasked."""
    if not any(headers.get(name) for name in _SAFE_HEADERS):
        raise RequestError(
            403,
            "CSRF_PREVENTION",
            "A multipart request needs the header “GraphQL-Require-Preflight: 1”, which shows that no foreign form sent it.",
        )


async def form_from(
    headers: Headers, stream: AsyncGenerator[bytes, None], *, fields_bytes_max: int
) -> FormData:
    """Read the parts of the body; the caller closes the form. Raises RequestError (400) if it is malformed."""
    parser = MultiPartParser(
        headers, stream, max_files=FILES_MAX, max_fields=_FIELDS_MAX, max_part_size=fields_bytes_max
    )
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise malformed(f"The multipart body cannot be read: {error.message}") from None
    except (FormParserError, ValueError):
        raise malformed("The multipart body cannot be read.") from None


def request_from_form(form: FormData, *, file_bytes_max: int) -> GraphQLRequest:
    """Put each file into its variables. Raises RequestError (400) for wrong operations, maps and paths; 413 for large files."""
    operations_text = _field(form, "operations")
    operations: object = json_from(operations_text, "The field “operations”")
    if isinstance(operations, dict):
        for name, paths in _map_of(form).items():
            file = _file(form, name, file_bytes_max)
            for path in paths:
                _place(cast("JsonObject", operations), path, file)
    return request_from_value(operations, variables_bytes=len(operations_text.encode()))


def _field(form: FormData, name: str) -> str:
    values = form.getlist(name)
    if len(values) != 1 or not isinstance(values[0], str):
        raise malformed(f"A multipart request has the field “{name}” exactly once, as text.")
    return values[0]


def _map_of(form: FormData) -> dict[str, list[str]]:
    value: object = json_from(_field(form, "map"), "The field “map”")
    if not isinstance(value, dict):
        raise malformed("The field “map” must be a JSON object of file names and lists of paths.")
    paths = cast("dict[str, Any]", value)
    for name, listed in paths.items():
        if not isinstance(listed, list) or not all(
            isinstance(path, str) for path in cast("list[object]", listed)
        ):
            raise malformed(
                f"In the field “map”, “{name[:80]}” must be a list of paths like “variables.file”."
            )
    _check_all_files_mapped(form, paths)
    return cast("dict[str, list[str]]", paths)


def _check_all_files_mapped(form: FormData, paths: dict[str, Any]) -> None:
    for name, part in form.multi_items():
        if isinstance(part, UploadFile) and name not in paths:
            raise malformed(f"The file “{name[:80]}” is not in the field “map”.")


def _file(form: FormData, name: str, bytes_max: int) -> UploadFile:
    values = form.getlist(name)
    if len(values) != 1 or not isinstance(values[0], UploadFile):
        raise malformed(
            f"The field “map” names the file “{name[:80]}”; the request must have it exactly once."
        )
    file = values[0]
    found = file.size or 0
    if found > bytes_max:
        raise RequestError(
            413,
            "REQUEST_TOO_LARGE",
            f"The file “{name[:80]}” has {found:,} bytes, and the limit is {bytes_max:,}. Use createUpload for large files.",
            found=found,
            limit=bytes_max,
        )
    return file


def _place(operations: JsonObject, path: str, file: UploadFile) -> None:
    *parents, last = path.split(".")
    if not parents or parents[0] != "variables":
        raise malformed(f"The path “{path[:80]}” in the field “map” must begin with “variables.”.")
    target: object = operations
    for step in parents:
        target = _inside(target, step, path)
    if _inside(target, last, path) is not None:
        raise malformed(f"The path “{path[:80]}” in the field “map” must lead to null in “operations”.")
    if isinstance(target, list):
        cast("list[object]", target)[int(last)] = file
    else:
        cast("dict[str, object]", target)[last] = file


def _inside(target: object, step: str, path: str) -> object:
    if isinstance(target, dict) and step in target:
        return cast("dict[str, object]", target)[step]
    if isinstance(target, list):
        items = cast("list[object]", target)
        if step.isascii() and step.isdigit() and len(step) < 7 and int(step) < len(items):
            return items[int(step)]
    raise malformed(f"The path “{path[:80]}” in the field “map” leads nowhere in “operations”.")
