"""Two people at one article: which fields of a save clash with what others have saved since, and how the others come together."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from cms.articles.comparing import in_shares
from cms.articles.content import FIELD_NAMES, BodyContent, Content
from cms.articles.fields import clean_fields
from cms.articles.inputs import ArticleChanges, BylineEntry, Cover, Disclosure, RelatedLink, Seo
from cms.articles.kinds import ArticleKind
from cms.articles.slugs import slug_from_title
from cms.assets.framing import Crop, FocalPoint
from cms.changes import Unset
from cms.checks import Checks
from cms.errors import Clash
from cms.ids import public_id

_SEO_NAMES = {
    "no_index": "noIndex", "canonical_url": "canonicalUrl", "image_id": "imageId", "image_focal_point": "imageFocalPoint", "image_crop": "imageCrop",
}  # fmt: skip


def merged(base: Content, mine: Content, theirs: Content) -> Content:
    """What others have saved, with my changes of the version that I had read. Each field of `seo` counts by itself; lists count whole."""
    values = _three_ways(base, mine, theirs, dataclasses.fields(Content))
    values["seo"] = Seo(**_three_ways(base.seo, mine.seo, theirs.seo, dataclasses.fields(Seo)))
    return Content(**values)


def _three_ways(base: Any, mine: Any, theirs: Any, fields: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in (field.name for field in fields):
        is_mine = getattr(mine, name) != getattr(base, name)
        found[name] = getattr(mine if is_mine else theirs, name)
    return found


def clashes_of(base: Content | None, wanted: Mapping[str, Any], theirs: Content) -> list[Clash]:
    """The fields to which both sides have given other values; without the version that they began with, those that differ at all."""
    old, now = {} if base is None else _parts(base), _parts(theirs)
    found: list[Clash] = []
    for name, yours in wanted.items():
        both_changed = base is None or (yours != old[name] and now[name] != old[name])
        if both_changed and yours != now[name]:
            before = None if base is None else in_words(old[name])
            found.append(Clash(name, base=before, yours=in_words(yours), theirs=in_words(now[name])))
    return found


def changed_parts(base: Content, theirs: Content) -> list[str]:
    """The names of the fields that differ, each of `seo` by itself."""
    old, now = _parts(base), _parts(theirs)
    return [name for name in old if old[name] != now[name]]


def wanted_parts(changes: ArticleChanges, base: Content, article_id: UUID) -> dict[str, Any]:
    """The fields that were sent, as they would be saved; those that break a rule are left out."""
    cleaned = clean_fields(changes, base.seo, Checks())
    if not isinstance(changes.body, Unset):
        cleaned["body"] = _body(changes.body)
    if changes.slug is None:
        cleaned["slug"] = slug_from_title(cleaned.get("title", base.title), article_id)
    elif not isinstance(changes.slug, Unset):
        cleaned["slug"] = changes.slug
    seo_before = _parts(base)
    wanted = _parts(dataclasses.replace(base, **cleaned))
    sent = {FIELD_NAMES.get(name, name) for name in cleaned}
    return {
        name: value
        for name, value in wanted.items()
        if name in sent or (name.startswith("seo.") and "seo" in sent and value != seo_before[name])
    }


def _body(markdown: str) -> BodyContent:
    text = markdown.replace("\r\n", "\n").replace("\r", "\n")
    nothing: frozenset[UUID] = frozenset()
    return BodyContent(text, "", "", [], [], 0, 0, nothing, nothing)


def _parts(content: Content) -> dict[str, Any]:
    """The values by the names that clients know."""
    return dict(_named_parts(content))


def _named_parts(content: Content) -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(Content):
        if field.name != "seo":
            yield FIELD_NAMES.get(field.name, field.name), getattr(content, field.name)
    for field in dataclasses.fields(Seo):
        noun = "asset" if field.name == "image_id" else None
        value = getattr(content.seo, field.name)
        yield f"seo.{_SEO_NAMES.get(field.name, field.name)}", _Key(noun, value) if noun and value else value


@dataclasses.dataclass(frozen=True)
class _Key:
    """A key with the noun that it is of."""

    noun: str
    key: UUID


def in_words(value: Any) -> str | None:  # noqa: PLR0911  (one return a kind of value)
    """A value of a field as text: lists with a line an entry, keys as public ids."""
    match value:
        case BodyContent():
            return value.markdown
        case ArticleKind():
            return value.value
        case bool():
            return str(value).lower()
        case UUID():
            return public_id("section", value)
        case _Key():
            return public_id(value.noun, value.key)
        case FocalPoint() | Crop():
            return in_shares(dataclasses.asdict(value))
        case Cover():
            texts = [text or "" for text in (value.alt, value.caption, value.credit)]
            framing = [in_shares(dataclasses.asdict(one)) for one in (value.focal_point, value.crop) if one]
            return " | ".join([public_id("asset", value.asset_id), *texts, *framing])
        case tuple():
            return "\n".join(_entry_in_words(entry) for entry in value) or None
        case _:
            return value


def _entry_in_words(entry: Any) -> str:
    match entry:
        case BylineEntry():
            return f"{public_id('author', entry.author_id)} {entry.role}"
        case RelatedLink():
            return f"{public_id('article', entry.article_id)} {entry.kind} {entry.note or ''}".strip()
        case Disclosure():
            return f"{entry.kind} {entry.text or ''}".strip()
        case _:
            return public_id("tag", entry)
