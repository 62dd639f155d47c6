"""The references of an imported body, as references to what is stored here; to the old site where nothing is."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import quote

from cms.ids import public_id
from cms.importing.references import ReferenceNoun, replace_references
from cms.importing.run import ImportRun

_ADDRESS_CHARACTERS = "!#$%&'*+,/:;=?@~"


@dataclass(frozen=True)
class WrittenBody:
    """A body as it can be stored, and what could not be kept as it was, one sentence each."""

    markdown: str
    warnings: tuple[str, ...]


def written_body(run: ImportRun, markdown: str) -> WrittenBody:
    """The Markdown with ids in place of source keys. Takes time linear in its length, but for the alternative texts of images."""
    warnings: Counter[str] = Counter()

    def target_of(noun: ReferenceNoun, key: str, position: int) -> str | None:
        if noun == "article":
            return _article_target(run, key, warnings)
        write = _image_target if is_image_target(markdown, position) else _file_target
        return write(run, key, warnings)

    return WrittenBody(replace_references(markdown, target_of), tuple(warnings))


def is_image_target(markdown: str, position: int) -> bool:
    """Whether what stands at the position is the target of an image, and not of a link: `![…](` stands before it."""
    if markdown[max(0, position - 2) : position] != "](":
        return False
    depth, place = 1, position - 3
    while place >= 0:
        character = markdown[place]
        if character in "[]" and not _is_escaped(markdown, place):
            depth += 1 if character == "]" else -1
        if depth == 0:
            return place > 0 and markdown[place - 1] == "!" and not _is_escaped(markdown, place - 1)
        place -= 1
    return False


def safe_address(url: str) -> str:
    """An address that ends neither a Markdown target nor a line."""
    return quote(url, safe=_ADDRESS_CHARACTERS)


def _article_target(run: ImportRun, key: str, warnings: Counter[str]) -> str | None:
    if key in run.articles:
        return f"article:{public_id('article', run.articles[key])}"
    address = run.article_addresses.get(key)
    if address is None:
        return None
    warnings["A link leads to a piece that was not imported: it leads to the old site"] += 1
    return safe_address(address)


def _image_target(run: ImportRun, key: str, warnings: Counter[str]) -> str | None:
    if key in run.assets:
        return f"asset:{public_id('asset', run.assets[key].asset_id)}"
    address = run.asset_addresses.get(key)
    if address is None:
        return None
    warnings["A picture in a text could not be stored: the text shows it from the old site"] += 1
    if address.startswith("http://"):
        # A page that is safe shows no picture that is not.
        warnings["A picture's address was http: and was written https:"] += 1
        address = "https://" + address.removeprefix("http://")
    return safe_address(address)


def _file_target(run: ImportRun, key: str, warnings: Counter[str]) -> str | None:
    # A link names a page or an article; the address of a picture's bytes is not one that texts keep.
    address = run.asset_addresses.get(key)
    if address is None:
        return None
    warnings["A link leads to a picture's file on the old site"] += 1
    return safe_address(address)


def _is_escaped(text: str, position: int) -> bool:
    count = 0
    while position - count > 0 and text[position - count - 1] == "\\":
        count += 1
    return count % 2 == 1
