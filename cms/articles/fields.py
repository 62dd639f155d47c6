"""The rules that each field of an article keeps by itself, without a look at the database."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from cms.articles.inputs import ArticleChanges, BylineEntry, Cover, Disclosure, RelatedLink, Seo, SeoChanges
from cms.articles.kinds import DisclosureKind
from cms.assets.framing import checked_crop, checked_point
from cms.changes import UNSET, value_or
from cms.checks import Checks
from cms.errors import Invalid
from cms.texts import clean_line, optional_line, optional_text, optional_url

TITLE_CHARACTERS_MAX = 500
LINE_CHARACTERS_MAX = 1_000
TEXT_CHARACTERS_MAX = 5_000
BYLINE_ENTRIES_MAX = 20
TAGS_MAX = 30
RELATED_MAX = 50
DISCLOSURES_MAX = 10

V = TypeVar("V")


def clean_fields(changes: ArticleChanges, seo_before: Seo, checks: Checks) -> dict[str, Any]:
    """The fields that were sent and keep their rules, by the names of Content; all but slug and body, which need more than themselves."""
    cleaned: dict[str, Any] = {}
    for name, rule in _RULES.items():
        value = getattr(changes, name)
        if value is not UNSET:
            with checks.gather():
                cleaned[name] = rule(value)
    if changes.seo is not UNSET:
        with checks.gather():
            cleaned["seo"] = clean_seo(changes.seo, seo_before)
    return cleaned


def clean_title(title: str) -> str:
    """A headline. Raises Invalid if it is blank or too long."""
    return clean_line(title, "title", characters_max=TITLE_CHARACTERS_MAX)


def clean_message(message: str | None) -> str | None:
    """Why something was done, for the history. Raises Invalid."""
    return optional_text(message, "message", characters_max=TEXT_CHARACTERS_MAX)


def clean_related(links: Sequence[RelatedLink] | None, *path: str) -> tuple[RelatedLink, ...]:
    """Related links in order, each article once. Raises Problems naming every wrong link."""
    links = _bounded(links, path, RELATED_MAX)
    checks = Checks()
    for index in _repeated([link.article_id for link in links]):
        checks.add(
            Invalid("The same article is related twice; leave one link out.", *path, str(index), "articleId")
        )
    cleaned = [
        _gathered(checks, link, lambda link, index=index: _clean_link(link, *path, str(index)))
        for index, link in enumerate(links)
    ]
    checks.finish()
    return tuple(cleaned)


def clean_note(note: str | None, *path: str) -> str | None:
    """What the editor says about a related link. Raises Invalid."""
    return optional_text(note, *path, characters_max=LINE_CHARACTERS_MAX)


def clean_byline(entries: Sequence[BylineEntry] | None) -> tuple[BylineEntry, ...]:
    """A byline in order, each author once in each role. Raises Problems naming every wrong entry."""
    entries = _bounded(entries, ("byline",), BYLINE_ENTRIES_MAX)
    checks = Checks()
    for index in _repeated([(entry.author_id, entry.role) for entry in entries]):
        checks.add(
            Invalid(
                "The same author is named twice in the same role; leave one entry out.", "byline", str(index)
            )
        )
    checks.finish()
    return tuple(entries)


def clean_tags(tag_ids: Sequence[Any] | None) -> tuple[Any, ...]:
    """Tags in order, each once. Raises Problems naming every repeated one."""
    tag_ids = _bounded(tag_ids, ("tagIds",), TAGS_MAX)
    checks = Checks()
    for index in _repeated(tag_ids):
        checks.add(Invalid("The same tag is named twice; leave one out.", "tagIds", str(index)))
    checks.finish()
    return tuple(tag_ids)


def clean_cover(cover: Cover | None) -> Cover | None:
    """A cover whose own texts and framing stand in place of the asset's. Raises Problems."""
    if cover is None:
        return None
    checks = Checks()
    texts: dict[str, Any] = {}
    for name in ("alt", "caption", "credit"):
        with checks.gather():
            texts[name] = optional_text(
                getattr(cover, name), "cover", name, characters_max=TEXT_CHARACTERS_MAX
            )
    framing: dict[str, Any] = {}
    with checks.gather():
        framing["focal_point"] = cover.focal_point and checked_point(cover.focal_point, "cover", "focalPoint")
    with checks.gather():
        framing["crop"] = cover.crop and checked_crop(cover.crop, "cover", "crop")
    checks.finish()
    if cover.alt == "":
        texts["alt"] = ""
    return Cover(cover.asset_id, **texts, **framing)


def clean_seo(changes: SeoChanges | None, before: Seo) -> Seo:
    """What search engines are told: the fields that were sent over those from before. Raises Problems."""
    if changes is None:
        return Seo()
    checks = Checks()
    values: dict[str, Any] = {"no_index": value_or(changes.no_index, before.no_index) or False}
    values["image_id"] = value_or(changes.image_id, before.image_id)
    with checks.gather():
        values |= _clean_share_frame(changes, before, values["image_id"])
    with checks.gather():
        title = value_or(changes.title, before.title)
        values["title"] = optional_line(title, "seo", "title", characters_max=TITLE_CHARACTERS_MAX)
    with checks.gather():
        description = value_or(changes.description, before.description)
        values["description"] = optional_line(
            description, "seo", "description", characters_max=LINE_CHARACTERS_MAX
        )
    with checks.gather():
        values["canonical_url"] = optional_url(
            value_or(changes.canonical_url, before.canonical_url), "seo", "canonicalUrl"
        )
    checks.finish()
    return Seo(**values)


def _clean_share_frame(changes: SeoChanges, before: Seo, image_id: UUID | None) -> dict[str, Any]:
    """How the picture for previews is framed. A frame that was made for one picture does not go with another."""
    kept = before if image_id == before.image_id else Seo()
    point = value_or(changes.image_focal_point, kept.image_focal_point)
    crop = value_or(changes.image_crop, kept.image_crop)
    checks = Checks()
    for name, given in (("imageFocalPoint", point), ("imageCrop", crop)):
        if given is not None and image_id is None:
            told = "There is no picture of its own to frame; name one as imageId, which may be that of the cover."
            checks.add(Invalid(told, "seo", name))
    with checks.gather():
        point = point and checked_point(point, "seo", "imageFocalPoint")
    with checks.gather():
        crop = crop and checked_crop(crop, "seo", "imageCrop")
    checks.finish()
    return {"image_focal_point": point, "image_crop": crop}


def clean_disclosures(disclosures: Sequence[Disclosure] | None) -> tuple[Disclosure, ...]:
    """Disclosures in order. Raises Problems naming every wrong one."""
    disclosures = _bounded(disclosures, ("disclosures",), DISCLOSURES_MAX)
    checks = Checks()
    cleaned = [
        _gathered(
            checks, disclosure, lambda disclosure, index=index: _clean_disclosure(disclosure, str(index))
        )
        for index, disclosure in enumerate(disclosures)
    ]
    checks.finish()
    return tuple(cleaned)


def _clean_link(link: RelatedLink, *path: str) -> RelatedLink:
    return RelatedLink(link.article_id, link.kind, clean_note(link.note, *path, "note"))


def _clean_disclosure(disclosure: Disclosure, index: str) -> Disclosure:
    text = optional_text(disclosure.text, "disclosures", index, "text", characters_max=TEXT_CHARACTERS_MAX)
    if text is None and disclosure.kind is DisclosureKind.OTHER:
        raise Invalid("A disclosure of the kind OTHER needs a text of its own.", "disclosures", index, "text")
    return Disclosure(disclosure.kind, text)


def _bounded(values: Sequence[V] | None, path: tuple[str, ...], most: int) -> Sequence[V]:
    if values is not None and len(values) > most:
        raise Invalid(f"“{'.'.join(path)}” has {len(values)} entries; {most} are the most.", *path)
    return values or ()


def _repeated(keys: Sequence[Hashable]) -> list[int]:
    return [index for index, key in enumerate(keys) if key in keys[:index]]


def _gathered(checks: Checks, value: V, rule: Callable[[V], V]) -> V:
    with checks.gather():
        return rule(value)
    return value


_RULES: Mapping[str, Callable[[Any], Any]] = {
    "kind": lambda kind: kind,
    "title": clean_title,
    "subtitle": lambda subtitle: optional_line(subtitle, "subtitle", characters_max=LINE_CHARACTERS_MAX),
    "excerpt": lambda excerpt: optional_text(excerpt, "excerpt", characters_max=TEXT_CHARACTERS_MAX),
    "section_id": lambda section_id: section_id,
    "cover": clean_cover,
    "byline": clean_byline,
    "tag_ids": clean_tags,
    "related": lambda links: clean_related(links, "related"),
    "disclosures": clean_disclosures,
}
