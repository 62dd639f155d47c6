"""What files say of themselves: each packet is read, the better one counts, and what means harm is left out."""

import struct
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import pyvips

from cms.assets.metadata.iptc import read_iptc
from cms.assets.metadata.words import words_of_file
from cms.assets.metadata.xmp import read_xmp
from cms.assets.verification import inspect
from tests.pictures import BOUNDS, decoded, encoded

XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
  xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:rights="http://ns.adobe.com/xap/1.0/rights/"
  photoshop:Credit="Agency / Ada" photoshop:DateCreated="2026-03-01T10:00:00+01:00">
<dc:description><rdf:Alt><rdf:li xml:lang="fr">Le pont</rdf:li><rdf:li xml:lang="x-default">The bridge</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Grace</rdf:li></rdf:Seq></dc:creator>
<rights:WebStatement>https://agency.example/terms</rights:WebStatement>
<ext:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</ext:DigitalSourceType>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def dataset(number: int, value: bytes, record: int = 2) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def resource(content: bytes) -> bytes:
    other = b"8BIM" + struct.pack(">HBx", 0x0425, 0) + struct.pack(">I", 3) + b"abc\x00"
    return (
        b"Photoshop 3.0\x00"
        + other
        + b"8BIM"
        + struct.pack(">HBx", 0x0404, 0)
        + struct.pack(">I", len(content))
        + content
    )


IPTC = resource(
    dataset(120, "Le café".encode("cp1252")) + dataset(80, b"Eve") + dataset(80, b"Bob") + dataset(110, b"Wire")
    + dataset(116, b"(c) Wire") + dataset(115, b"Wire Inc.") + dataset(55, b"20260102") + dataset(60, b"030405+0100")
)  # fmt: skip


def raw(**packets: Any) -> dict[str, Any]:
    return {
        name: b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in packets.items()
    }


def test_xmp_is_read_from_elements_and_attributes() -> None:
    assert words_of_file(raw(xmp=XMP)) == {
        "caption": "The bridge",
        "creator": "Ada, Grace",
        "credit": "Agency / Ada",
        "license": "https://agency.example/terms",
        "date_created": "2026-03-01T10:00:00+01:00",
        "digital_source_type": "trainedAlgorithmicMedia",
    }


def test_iptc_is_read_whatever_its_letters() -> None:
    assert words_of_file(raw(iptc=IPTC)) == {
        "caption": "Le café",
        "creator": "Eve, Bob",
        "credit": "Wire",
        "copyright": "(c) Wire",
        "source": "Wire Inc.",
        "date_created": "2026-01-02T03:04:05+01:00",
    }
    assert read_iptc(dataset(90, b"\x1b%G", 1) + dataset(120, "né".encode())) == {"caption": ["né"]}


def test_exif_is_read() -> None:
    exif = {
        "ImageDescription": "A bridge", "Artist": "Ada", "Copyright": "© Ada",
        "DateTimeOriginal": "2026:03:01 10:00:00", "OffsetTimeOriginal": "+01:00",
    }  # fmt: skip
    assert words_of_file(raw(exif=exif)) == {
        "caption": "A bridge",
        "creator": "Ada",
        "copyright": "© Ada",
        "date_created": "2026-03-01T10:00:00+01:00",
    }


def test_xmp_counts_more_than_iptc_and_that_more_than_exif() -> None:
    exif = {"ImageDescription": "exif", "Artist": "exif", "Copyright": "exif"}
    found = words_of_file(
        raw(xmp=XMP, iptc=resource(dataset(120, b"iptc") + dataset(116, b"iptc")), exif=exif)
    )
    assert (found["caption"], found["copyright"], found["creator"]) == ("The bridge", "iptc", "Ada, Grace")
    found = words_of_file(raw(iptc=resource(dataset(120, b"iptc")), exif=exif))
    assert (found["caption"], found["creator"]) == ("iptc", "exif")


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"<",
        b"\x00" * 100,
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + XMP.partition(b"?>")[2],
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        XMP.replace(b"The bridge", b"The \x01 bridge"),
    ],
)
def test_xmp_that_is_damaged_or_means_harm_says_nothing(packet: bytes) -> None:
    assert read_xmp(packet) == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x1c",
        b"\x1c\x02\x78\xff\xff",
        b"8BIM",
        b"8BIM\x04\x04\x00\x00\xff\xff\xff\xff",
        b"Photoshop 3.0\x00" * 9,
    ],
)
def test_iptc_that_is_damaged_says_nothing(content: bytes) -> None:
    assert read_iptc(content) == {}


def test_what_cannot_be_kept_is_left_out() -> None:
    exif = {
        "ImageDescription": "x" * 5_001,
        "Artist": "x" * 501,
        "Copyright": "   ",
        "DateTimeOriginal": "yesterday",
    }
    assert words_of_file(raw(exif=exif)) == {}
    unknown = XMP.replace(b"trainedAlgorithmicMedia", b"madeUp").replace(
        b"2026-03-01T10:00:00+01:00", b"in spring"
    )
    assert {"digital_source_type", "date_created"}.isdisjoint(words_of_file(raw(xmp=unknown)))


@pytest.mark.parametrize("ending", [".jpg", ".webp", ".png", ".avif", ".tif"])
async def test_each_format_carries_words(tmp_path: Path, ending: str) -> None:
    image = decoded(encoded(".png")).copy()
    image.set_type(pyvips.GValue.blob_type, "xmp-data", XMP)
    (tmp_path / "file").write_bytes(bytes(image.write_to_buffer(ending)))
    found = await inspect(tmp_path / "file", "file", bounds=BOUNDS)
    assert found.words["caption"] == "The bridge"


async def test_texts_of_exif_come_out_whole(tmp_path: Path) -> None:
    image = decoded(encoded(".png")).copy()
    for name, value in (("Artist", "Zoe (the elder), Berlin"), ("ImageDescription", "Two\nlines")):
        image.set_type(pyvips.GValue.gstr_type, f"exif-ifd0-{name}", value)
    (tmp_path / "file").write_bytes(bytes(image.write_to_buffer(".jpg")))
    found = await inspect(tmp_path / "file", "file", bounds=BOUNDS)
    assert found.words == {"creator": "Zoe (the elder), Berlin", "caption": "Two\nlines"}
