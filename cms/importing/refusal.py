"""The error of a source that is not read at all."""

from cms.errors import KiosqueError


class ImportRefused(KiosqueError):
    """A file that cannot be read safely, told before anything of the import is stored.

    `file` is its name; `line` and `column` count from 1 and are None where the fault has no place.
    """

    code = "IMPORT_REFUSED"

    def __init__(self, reason: str, *, file: str, line: int | None = None, column: int | None = None) -> None:
        place = file if line is None else f"{file}, line {line}, column {column}"
        super().__init__(f"{place}: {reason}", file=file, line=line, column=column)
        self.reason = reason
        self.file = file
        self.line = line
        self.column = column
