"""Content credentials: whether they are there, sound, of somebody who is trusted; and what they say of how a picture came to be."""

import time
from pathlib import Path
from typing import Any

import pytest

from cms.assets import credentials
from cms.assets.credentials import ai_actions_of, credentials_of, source_type_told
from cms.assets.description import AssetFields
from cms.assets.graphql_credentials import content_credentials
from cms.assets.kinds import DigitalSourceType
from cms.assets.uploads import Depot, store_asset
from cms.assets.verification import inspect
from cms.diagnosis.extras import examine_extras
from cms.permissions import SYSTEM
from cms.reading.sources import Facts
from cms.signing import SigningKey
from tests.pictures import BOUNDS, encoded, sample_files
from tests.signing_pictures import ISSUER, action, anchors, signed
from tests.websites import website

pytest.importorskip("c2pa")

MADE = action("c2pa.created", "trainedAlgorithmicMedia", "A painter of pixels")
TAKEN = action("c2pa.created", "digitalCapture", "A camera")
FILLED = action("c2pa.edited", "compositeWithTrainedAlgorithmicMedia", "A filler")
FACTS = Facts("http://kiosque.test", SigningKey())
UNTRUSTED = ["signingCredential.untrusted"]
# Of each sample: present, valid, remote, the issuer, how the picture came to be, and which actions were a trained model's.
SAMPLES: dict[str, tuple[bool, bool, bool, str | None, str | None, list[str]]] = {
    "C.jpg": (True, True, False, "C2PA Test Signing Cert", "algorithmicMedia", []),
    "CA.jpg": (True, True, False, "C2PA Test Signing Cert", None, []),
    "CIE-sig-CA.jpg": (True, True, False, "C2PA Test Signing Cert", "algorithmicMedia", []),
    "C_with_CAWG_data.jpg": (True, True, False, "C2PA Test Signing Cert", "digitalCapture", []),
    "E-sig-CA.jpg": (True, False, False, "C2PA Test Signing Cert", None, []),
    "XCA.jpg": (True, False, False, "C2PA Test Signing Cert", None, []),
    "cloud.jpg": (True, False, True, None, None, []),
    "no_alg.jpg": (True, False, False, None, None, []),
    "no_manifest.jpg": (False, False, False, None, None, []),
    "ocsp.jpg": (
        True, True, False, "Adobe Inc.", "compositeWithTrainedAlgorithmicMedia",
        ["compositeWithTrainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia"],
    ),
    "sample1.webp": (False, False, False, None, None, []),
    "sample1.avif": (False, False, False, None, None, []),
    "libpng-test.png": (False, False, False, None, None, []),
}  # fmt: skip
TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".avif": "image/avif", ".gif": "image/gif", ".tif": "image/tiff"}  # fmt: skip


def read(tmp_path: Path, content: bytes, ending: str = ".jpg", *, trusting: bool = False) -> dict[str, Any]:
    file, trusted = tmp_path / "file", tmp_path / "anchors.pem"
    file.write_bytes(content)
    trusted.write_bytes(anchors())
    found = credentials_of(file, TYPES[ending], trusted if trusting else None)
    shown = content_credentials(FACTS, found)
    assert shown is not None
    return shown


@pytest.mark.parametrize("ending", TYPES)
def test_a_signed_picture_of_each_format_is_read(tmp_path: Path, ending: str) -> None:
    found = read(tmp_path, signed(encoded(ending), TYPES[ending], MADE), ending)
    assert found == {
        "present": True,
        "valid": True,
        "trusted": False,
        "is_remote": False,
        "issuer": ISSUER,
        "problems": UNTRUSTED,
        "ai_actions": [
            {
                "action": "c2pa.created",
                "digital_source_type": DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA,
                "software_agent": "A painter of pixels",
            }
        ],
    }


def test_who_is_trusted_is_what_the_site_says(tmp_path: Path) -> None:
    found = read(tmp_path, signed(encoded(".jpg"), "image/jpeg", TAKEN), trusting=True)
    assert (found["valid"], found["trusted"], found["problems"]) == (True, True, [])


def test_a_picture_without_credentials_has_none(tmp_path: Path) -> None:
    found = read(tmp_path, encoded(".jpg"))
    assert (found["present"], found["valid"], found["issuer"], found["problems"]) == (False, False, None, [])


def test_a_word_is_no_manifest(tmp_path: Path) -> None:
    assert read(tmp_path, encoded(".jpg") + b"c2pa")["present"] is False


def test_pixels_that_were_changed_since_make_it_invalid(tmp_path: Path) -> None:
    content = bytearray(signed(encoded(".jpg"), "image/jpeg", MADE))
    content[-20] ^= 0xFF
    found = read(tmp_path, bytes(content), trusting=True)
    assert (found["present"], found["valid"], found["trusted"]) == (True, False, False)
    assert found["problems"] == ["assertion.dataHash.mismatch"]


async def test_a_manifest_that_lies_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    async with website() as site:
        content = signed(encoded(".jpg"), "image/jpeg", MADE, remote=f"{site.url}/manifest")
        found = read(tmp_path, content)
    assert (found["present"], found["is_remote"], found["valid"]) == (True, True, False)
    assert (found["problems"], site.connections) == (["manifest.remote"], 0)


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        ([MADE], "TRAINED_ALGORITHMIC_MEDIA"),
        ([TAKEN], "DIGITAL_CAPTURE"),
        ([TAKEN, FILLED], "COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA"),
        ([FILLED, MADE], "TRAINED_ALGORITHMIC_MEDIA"),
        ([action("c2pa.created", "no such type"), action("c2pa.edited")], None),
    ],
)
def test_the_actions_of_a_valid_manifest_tell_how_it_came_to_be(
    actions: list[dict[str, Any]], told: str | None
) -> None:
    given = [
        {"action": one["action"], "source_type": one.get("digitalSourceType"), "agent": None}
        for one in actions
    ]
    found = source_type_told({"present": True, "valid": True, "actions": given})
    assert (found and found.name) == told
    assert source_type_told({"present": True, "valid": False, "actions": given}) is None


async def test_a_manifest_counts_more_than_the_rest_of_the_file_and_editors_count_more(depot: Depot) -> None:
    content = signed(encoded(".jpg"), "image/jpeg", TAKEN, FILLED)
    asset = await store_asset(depot, SYSTEM, content, "a.jpg")
    assert asset.digital_source_type is DigitalSourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA
    assert asset.file_words["digital_source_type"] == "compositeWithTrainedAlgorithmicMedia"
    assert (asset.content_credentials or {})["issuer"] == ISSUER
    said = AssetFields(digital_source_type=DigitalSourceType.DIGITAL_CAPTURE)
    other = await store_asset(depot, SYSTEM, content, "b.jpg", said)
    assert other.digital_source_type is DigitalSourceType.DIGITAL_CAPTURE


async def test_without_the_extra_nobody_looks(depot: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "find_spec", lambda _: None)
    asset = await store_asset(depot, SYSTEM, signed(encoded(".jpg"), "image/jpeg", MADE), "a.jpg")
    assert (asset.content_credentials, asset.digital_source_type) == (None, None)
    assert content_credentials(FACTS, None) is None


@pytest.mark.parametrize("end", [b"", b"\xff" * 50_000])
async def test_a_damaged_manifest_harms_nobody(tmp_path: Path, end: bytes) -> None:
    whole = signed(encoded(".jpg"), "image/jpeg", MADE)
    at = whole.index(b"jumb")
    begun = time.process_time()
    for cut in range(at, at + 600, 60):
        content = whole[:cut] + bytes(20) + whole[cut + 20 :] + end
        found = read(tmp_path, content)
        assert (found["valid"], found["trusted"]) == (False, False)
    assert time.process_time() - begun < 5


def test_the_doctor_tells_whether_they_are_read(
    depot: Depot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = tmp_path / "anchors.pem"

    def told(anchored: Path | None) -> tuple[str, bool]:
        [finding] = examine_extras(depot.settings.model_copy(update={"c2pa_trust_anchors": anchored}))
        return finding.found, bool(finding.cure)

    assert told(trusted) == ("C2PA_TRUST_ANCHORS cannot be read (FileNotFoundError)", True)
    trusted.write_bytes(b"")
    assert told(trusted) == ("C2PA_TRUST_ANCHORS holds no certificate", True)
    trusted.write_bytes(anchors())
    assert (told(trusted)[0].partition("; ")[2], told(trusted)[1]) == ("1 certificates are trusted", False)
    assert told(None)[0].endswith("; no issuer is trusted (C2PA_TRUST_ANCHORS)")
    monkeypatch.setattr(credentials, "find_spec", lambda _: None)
    assert told(None) == ("not read: the extra “c2pa” is not installed", False)
    assert told(trusted)[1]


SAMPLE_FILES = [path for path in sample_files("images/c2pa/*/*") if path.suffix in TYPES]


@pytest.mark.parametrize("sample", SAMPLE_FILES, ids=lambda path: path.name)
async def test_the_credentials_of_a_sample(sample: Path) -> None:
    found = await inspect(sample, "file", bounds=BOUNDS)
    assert found.credentials is not None
    shown = content_credentials(FACTS, found.credentials)
    assert shown is not None
    present, valid, remote, issuer, source_type, ai = SAMPLES[sample.name]
    assert (shown["present"], shown["valid"], shown["is_remote"], shown["issuer"]) == (
        present,
        valid,
        remote,
        issuer,
    )
    assert shown["trusted"] is False
    assert source_type_told(found.credentials) == source_type
    assert [one["digital_source_type"].value for one in ai_actions_of(found.credentials)] == ai
