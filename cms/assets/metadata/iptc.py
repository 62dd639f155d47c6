"""IPTC-IIM (Information Interchange Model 4.2): datasets of record 2, alone or in a Photoshop image resource of number 1028."""

import struct
from collections.abc import Iterator, Mapping

RESOURCE = 0x0404
APPLICATION_RECORD = 2
# Dataset 1:90, coded character set: ESC % G says UTF-8.
CHARACTER_SET, UTF_8 = (1, 90), b"\x1b%G"
FIELDS: Mapping[int, str] = {
    120: "caption",
    80: "creator",
    110: "credit",
    116: "copyright",
    115: "source",
    55: "date",
    60: "time",
}
VALUES_MAX = 1_000


def read_iptc(content: bytes) -> dict[str, list[str]]:
    """The values of the fields that we know, in their order. What is damaged is passed over."""
    datasets = list(_datasets(_resource_in(content)))[:VALUES_MAX]
    is_utf_8 = any(place == CHARACTER_SET and value == UTF_8 for place, value in datasets)
    found: dict[str, list[str]] = {}
    for (record, number), value in datasets:
        if record == APPLICATION_RECORD and number in FIELDS and (text := _text(value, is_utf_8=is_utf_8)):
            found.setdefault(FIELDS[number], []).append(text)
    return found


def _resource_in(content: bytes) -> bytes:
    """The datasets, where they stand among the resources of Photoshop; the content itself where they stand alone."""
    start = content.find(b"8BIM")
    if start < 0 or content[:1] == b"\x1c":
        return content
    while content[start : start + 4] == b"8BIM" and start + 12 <= len(content):
        number, name_length = struct.unpack_from(">HB", content, start + 4)
        # The name and the data are padded to an even length.
        size_at = start + 6 + (name_length + 2) // 2 * 2
        if size_at + 4 > len(content):
            break
        (size,) = struct.unpack_from(">I", content, size_at)
        if number == RESOURCE:
            return content[size_at + 4 : size_at + 4 + size]
        start = size_at + 4 + (size + 1) // 2 * 2
    return b""


def _datasets(content: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    at = 0
    while at + 5 <= len(content) and content[at] == 0x1C:
        record, number, length = struct.unpack_from(">BBH", content, at + 1)
        if length & 0x8000:
            # An extended dataset is for what is far larger than a word.
            return
        yield (record, number), content[at + 5 : at + 5 + length]
        at += 5 + length


def _text(value: bytes, *, is_utf_8: bool) -> str:
    # Many write UTF-8 without saying so; what is no UTF-8 is most likely from Windows.
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode(errors="replace") if is_utf_8 else value.decode("cp1252", errors="replace")
    return text.replace("\x00", "").strip()
