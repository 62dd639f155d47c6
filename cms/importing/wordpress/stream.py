"""Reading an export file piece by piece: in bounded memory, without network, entities or DTD."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  (lxml is compiled, without types)

from cms.importing.refusal import ImportRefused
from cms.importing.wordpress.names import EXPORT_NAMESPACES, XmlElement, export_tags

CHUNK_BYTES = 64 * 1024
ITEM_BYTES_MAX = 64 * 1024 * 1024
PROLOG_BYTES_MAX = 1024 * 1024
PARTS = (
    "item",
    "title",
    "link",
    *(
        tag
        for name in ("author", "category", "tag", "term", "base_site_url", "base_blog_url")
        for tag in export_tags(name)
    ),
)
CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
SPACES_FOR_CONTROLS = bytes.maketrans(CONTROLS, b" " * len(CONTROLS))
DECLARATION_OR_COMMENT = re.compile(r"\s+|\ufeff|<\?.*?\?>|<!--.*?-->", re.DOTALL)
CUT_OFF = re.compile(r"Premature end|EndTag: '</' not found|not finished|Unregistered|Couldn't find end")
CURES = (
    (re.compile(r"EntityRef|Entity '"), "write a bare & as &amp;, and letters instead of HTML entities"),
    (
        re.compile(r"Sequence ']]>'"),
        "a CDATA section was closed too early; write ]]]]><![CDATA[> for a ]]> in text",
    ),
    (re.compile(r"huge|too long|Excessive depth|nesting"), "it is larger or deeper than an export may be"),
)


class CountedFile:
    """A file that tells how much of it was read, and that gives spaces for control characters, which XML forbids."""

    def __init__(self, file: IO[bytes], on_bytes: Callable[[int], None]) -> None:
        self._file = file
        self._on_bytes = on_bytes
        self._is_wide = file.read(2) in (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
        self.controls = 0
        self.position = 0
        self.is_at_end = False
        self.item_ended_at = 0
        file.seek(0)

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        """The next bytes, at most `CHUNK_BYTES`."""
        chunk = self._file.read(min(size, CHUNK_BYTES) if size > 0 else CHUNK_BYTES)
        self.position += len(chunk)
        self._on_bytes(len(chunk))
        self.is_at_end = not chunk
        if self._is_wide:
            return chunk
        self.controls += len(chunk) - len(chunk.translate(None, CONTROLS))
        return chunk.translate(SPACES_FOR_CONTROLS)


def read_parts(
    path: Path, on_bytes: Callable[[int], None], on_controls: Callable[[int], None]
) -> Iterator[XmlElement]:
    """Each part of the channel (author, term, item, …) in the file's order; a part is emptied after its turn.

    Raises `ImportRefused` for a DTD, for XML that is not well-formed, for what is no WordPress export, and for an item
    of more than `ITEM_BYTES_MAX`. `on_controls` is told, at the end, how many control characters became spaces.
    """
    try:
        with path.open("rb") as file:
            refuse_dtd(path, file)
            counted = CountedFile(file, on_bytes)
            yield from parts_of(path, counted)
            on_controls(counted.controls)
    except OSError as error:
        raise ImportRefused(f"the file cannot be read ({error.strerror})", file=path.name) from error


def parts_of(path: Path, file: CountedFile) -> Iterator[XmlElement]:
    """The parts, with libxml2's faults told as ours."""
    events = etree.iterparse(
        file,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    depth = 0
    seen_channel = False
    try:
        for event, element in events:
            depth += 1 if event == "start" else -1
            if event == "start":
                seen_channel = seen_channel or is_channel(path, element, depth)
            elif depth == 2:
                if element.tag in PARTS:
                    yield element
                forget(element)
                file.item_ended_at = file.position
            elif file.position - file.item_ended_at > ITEM_BYTES_MAX:
                raise ImportRefused(
                    f"an item is larger than {ITEM_BYTES_MAX // 1024 // 1024} MiB",
                    file=path.name,
                    line=element.sourceline,
                    column=1,
                )
    except etree.XMLSyntaxError as error:
        raise refusal(path, error, is_at_end=file.is_at_end) from error
    if not seen_channel:
        raise not_an_export(path)


def is_channel(path: Path, element: XmlElement, depth: int) -> bool:
    """Whether the channel begins here. Refuses a document that is something else."""
    if depth == 1 and (element.tag != "rss" or element.getroottree().docinfo.internalDTD is not None):
        raise not_an_export(path)
    return (
        depth == 2
        and element.tag == "channel"
        and any(uri in EXPORT_NAMESPACES for uri in element.nsmap.values())
    )


def not_an_export(path: Path) -> ImportRefused:
    """The refusal of XML that WordPress did not export."""
    return ImportRefused(
        "this is not a WordPress export (no <rss> with a <channel> and WordPress's namespace)",
        file=path.name,
        line=1,
        column=1,
    )


def forget(element: XmlElement) -> None:
    """Give the memory of a part back, and that of all before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]


def refusal(path: Path, error: Any, *, is_at_end: bool) -> ImportRefused:
    """What libxml2 says, with the cure where one is known."""
    line, column = error.position
    said = re.sub(r", line \d+, column \d+.*$", "", str(error.msg))
    if is_at_end and CUT_OFF.search(said):
        said = "it ends in the middle of something: the file seems cut off; export it again"
    cure = next((f"; {text}" for pattern, text in CURES if pattern.search(said)), "")
    return ImportRefused(
        f"the XML is not well-formed ({said}){cure}. Nothing was imported",
        file=path.name,
        line=max(line, 1),
        column=max(column, 1),
    )


def refuse_dtd(path: Path, file: IO[bytes]) -> None:
    """Look for a DTD before any parser sees the file. Entities are how XML is made to explode or to read other files."""
    head = file.read(PROLOG_BYTES_MAX)
    file.seek(0)
    text = head.decode(encoding_of(head), errors="replace")
    position = 0
    while match := DECLARATION_OR_COMMENT.match(text, position):
        position = match.end()
    if text[position : position + 9].upper() == "<!DOCTYPE":
        line = text.count("\n", 0, position) + 1
        column = position - (text.rfind("\n", 0, position) + 1) + 1
        raise ImportRefused(
            "the file has a DTD (<!DOCTYPE …>), which no WordPress export has",
            file=path.name,
            line=line,
            column=column,
        )
    if position == len(text) and len(head) == PROLOG_BYTES_MAX:
        raise ImportRefused(
            "the file begins with more than 1 MiB of comments", file=path.name, line=1, column=1
        )


def encoding_of(head: bytes) -> str:
    """The encoding as its first bytes show it, near enough to find `<!DOCTYPE`."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(b"<\x00"):
        return "utf-16-le"
    return "utf-16-be" if head.startswith(b"\x00<") else "utf-8"
