"""What editors say about an asset, and the rules for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cms.assets.framing import FocalPoint, checked_point
from cms.assets.kinds import DigitalSourceType
from cms.changes import UNSET, Maybe, Unset
from cms.checks import Checks
from cms.fields import Rules, cleaned
from cms.texts import optional_line, optional_text, optional_url

ALT_CHARACTERS_MAX = 1_000
CAPTION_CHARACTERS_MAX = 5_000
LINE_CHARACTERS_MAX = 500


# What a file may say of itself, and an editor otherwise.
FROM_FILE = ("caption", "credit", "creator", "copyright", "license", "source", "digital_source_type")


@dataclass(frozen=True, kw_only=True)
class AssetFields:
    """What can be said about an asset. An `alt` of None or "" says nothing; that the picture needs no words is what `is_decorative` says.

    A focal point of None is where the picture draws the eye. What the file says too (`FROM_FILE`) is taken from there where it is None; "" says nothing, whatever the file says.
    """

    alt: Maybe[str | None] = UNSET
    is_decorative: Maybe[bool | None] = UNSET
    caption: Maybe[str | None] = UNSET
    credit: Maybe[str | None] = UNSET
    creator: Maybe[str | None] = UNSET
    copyright: Maybe[str | None] = UNSET
    license: Maybe[str | None] = UNSET
    source: Maybe[str | None] = UNSET
    source_url: Maybe[str | None] = UNSET
    digital_source_type: Maybe[DigitalSourceType | None] = UNSET
    focal_point: Maybe[FocalPoint | None] = UNSET
    # Until when it may be shown, None for ever; what is shown afterwards, None for nothing; and what else is to be heeded.
    rights_expire_at: Maybe[datetime | None] = UNSET
    substitute_id: Maybe[UUID | None] = UNSET
    usage_restrictions: Maybe[str | None] = UNSET


def described(fields: AssetFields) -> dict[str, Any]:
    """The columns' values for what was sent. Raises Problems."""
    checks = Checks()
    values = cleaned(fields, _RULES, checks)
    with checks.gather():
        values |= _focal_point(fields.focal_point)
    checks.finish()
    return values


def words_left_to_file(fields: AssetFields, words: Mapping[str, str], *, unsaid: bool) -> dict[str, Any]:
    """What the file says where the editor leaves it the word, by null; or also by saying nothing, if `unsaid`."""
    leaves = (None, UNSET) if unsaid else (None,)
    left = {name: words.get(name) for name in FROM_FILE if getattr(fields, name) in leaves}
    if left.get("digital_source_type"):
        left["digital_source_type"] = DigitalSourceType(left["digital_source_type"])  # pyright: ignore[reportArgumentType]  (its name says what it is)
    return left


def _focal_point(value: Maybe[FocalPoint | None]) -> dict[str, float | None]:
    if isinstance(value, Unset) or value is None:
        return {}
    point = checked_point(value, "focalPoint")
    return {"focal_x": point.x, "focal_y": point.y}


_RULES: Rules = {
    "is_decorative": bool,
    "alt": lambda value: optional_line(value, "alt", characters_max=ALT_CHARACTERS_MAX) or "",
    "caption": lambda value: optional_text(value, "caption", characters_max=CAPTION_CHARACTERS_MAX),
    "credit": lambda value: optional_line(value, "credit", characters_max=LINE_CHARACTERS_MAX),
    "creator": lambda value: optional_line(value, "creator", characters_max=LINE_CHARACTERS_MAX),
    "copyright": lambda value: optional_line(value, "copyright", characters_max=LINE_CHARACTERS_MAX),
    "license": lambda value: optional_line(value, "license", characters_max=LINE_CHARACTERS_MAX),
    "source": lambda value: optional_line(value, "source", characters_max=LINE_CHARACTERS_MAX),
    "source_url": lambda value: optional_url(value, "sourceUrl"),
    "digital_source_type": lambda value: value,
    "rights_expire_at": lambda value: value,
    "substitute_id": lambda value: value,
    "usage_restrictions": lambda value: optional_text(
        value, "usageRestrictions", characters_max=CAPTION_CHARACTERS_MAX
    ),
}
