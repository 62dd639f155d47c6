"""What a file says of itself, in the words of an asset. XMP counts most, then IPTC, then EXIF: that is how much room each leaves for the truth.

Nothing that a file says is trusted: what cannot be stored, is too long or is no value of the list is left out.
"""

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from cms.assets.description import CAPTION_CHARACTERS_MAX, LINE_CHARACTERS_MAX
from cms.assets.kinds import DigitalSourceType
from cms.assets.metadata.iptc import read_iptc
from cms.assets.metadata.xmp import read_xmp
from cms.errors import Invalid
from cms.texts import optional_line, optional_text

FIELDS = (
    "caption",
    "creator",
    "credit",
    "copyright",
    "license",
    "source",
    "date_created",
    "digital_source_type",
)
_EXIF_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d:\d\d:\d\d)")
_IPTC_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_IPTC_TIME = re.compile(r"(\d\d)(\d\d)(\d\d)([+-]\d\d)?(\d\d)?")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?")
_SOURCE_TYPES = {kind.value.lower(): kind for kind in DigitalSourceType} | {
    # Terms that the list has renamed since.
    "softwareimage": DigitalSourceType.DIGITAL_CREATION,
    "digitalart": DigitalSourceType.DIGITAL_CREATION,
    "minorhumanedits": DigitalSourceType.HUMAN_EDITS,
}


def words_of_file(raw: Mapping[str, Any]) -> dict[str, str]:
    """What the inspector has found (`exif` by name, `iptc` and `xmp` in Base64), as the values of an asset's fields."""
    xmp = read_xmp(b64decode(raw["xmp"])) if raw.get("xmp") else {}
    iptc = _iptc_words(read_iptc(b64decode(raw["iptc"]))) if raw.get("iptc") else {}
    exif = _exif_words(raw.get("exif") or {})
    found: dict[str, str] = {}
    for field in FIELDS:
        for said in (xmp, iptc, exif):
            if field in said and (value := _clean(field, said[field])):
                found[field] = value
                break
    return found


def source_type_named(text: str | None) -> DigitalSourceType | None:
    """The value of IPTC's list that a URL, a code or a name stands for."""
    return _SOURCE_TYPES.get((text or "").strip().rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower())


def _iptc_words(found: dict[str, list[str]]) -> dict[str, list[str]]:
    date = _IPTC_DATE.fullmatch((found.get("date") or [""])[0])
    time = _IPTC_TIME.match((found.get("time") or [""])[0])
    if date is None:
        return found
    told = "-".join(date.groups())
    if time is not None:
        hours, minutes, seconds, zone, zone_minutes = time.groups()
        told += f"T{hours}:{minutes}:{seconds}" + (f"{zone}:{zone_minutes or '00'}" if zone else "")
    return found | {"date_created": [told]}


def _exif_words(found: Mapping[str, str]) -> dict[str, list[str]]:
    names = {"ImageDescription": "caption", "Artist": "creator", "Copyright": "copyright"}
    said = {field: [found[name]] for name, field in names.items() if name in found}
    if match := _EXIF_TIME.match(found.get("DateTimeOriginal", "")):
        year, month, day, time = match.groups()
        said["date_created"] = [f"{year}-{month}-{day}T{time}{found.get('OffsetTimeOriginal', '')}"]
    return said


def _clean(field: str, values: Sequence[str]) -> str | None:
    try:
        if field == "caption":
            return optional_text(values[0], field, characters_max=CAPTION_CHARACTERS_MAX)
        joined = ", ".join(dict.fromkeys(values)) if field == "creator" else values[0]
        text = optional_line(joined, field, characters_max=LINE_CHARACTERS_MAX)
    except Invalid:
        return None
    if field == "digital_source_type":
        kind = source_type_named(text)
        return kind and kind.value
    return None if field == "date_created" and not _DATE.fullmatch(text or "") else text
