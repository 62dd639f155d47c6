"""Content credentials (C2PA): what a file's manifest says, and whether it can be believed. An extra, `c2pa`, reads them; without it nobody looks."""

import json
import mmap
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cms.assets import manifest_reader
from cms.assets.kinds import AI_SOURCE_TYPES, DigitalSourceType
from cms.assets.metadata.words import source_type_named

SECONDS_MAX = 15
# A file that has none of these has no manifest, neither in itself nor elsewhere.
_TRACES = (b"jumb", b"c2pa", b"dcterms:provenance")
_TOO_HEAVY: Mapping[str, Any] = {
    "present": True, "remote": False, "valid": False, "trusted": False, "problems": ["manifest.too_heavy"],
}  # fmt: skip
# Of several answers the one that matters most counts.
_WEIGHT = (
    DigitalSourceType.TRAINED_ALGORITHMIC_MEDIA,
    DigitalSourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA,
    DigitalSourceType.COMPOSITE_SYNTHETIC,
)


def can_read_credentials() -> bool:
    """Whether the extra is installed."""
    return find_spec("c2pa") is not None


def credentials_of(
    file: Path, content_type: str, trust_anchors: Path | None = None
) -> Mapping[str, Any] | None:
    """What the manifest of a sound picture is worth, as `manifest_reader` tells it; None where the extra is missing. Blocks: call it in a thread."""
    if not can_read_credentials():
        return None
    if not _has_traces(file):
        return {"present": False}
    command = [sys.executable, "-I", manifest_reader.__file__, str(file), content_type]
    command += [] if trust_anchors is None else [str(trust_anchors)]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=SECONDS_MAX, check=False, env={})
    except subprocess.TimeoutExpired:
        return _TOO_HEAVY
    return json.loads(ended.stdout) if ended.returncode == 0 else _TOO_HEAVY


def source_type_told(credentials: Mapping[str, Any] | None) -> DigitalSourceType | None:
    """How the picture came to be, by the actions of a valid manifest: if any was a trained model's, that; else what the first says."""
    if not credentials or not credentials.get("valid"):
        return None
    told = [kind for kind, _ in _kinds(credentials.get("actions", []))]
    return next((kind for kind in _WEIGHT if kind in told), told[0] if told else None)


def ai_actions_of(credentials: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What trained models did, in the making of the picture and of what it was made from; the same thing once."""
    found: list[dict[str, Any]] = []
    for kind, action in _kinds([*credentials.get("actions", []), *credentials.get("earlier", [])]):
        one = {"action": action["action"], "software_agent": action["agent"], "digital_source_type": kind}
        if kind in AI_SOURCE_TYPES and one not in found:
            found.append(one)
    return found


def _kinds(
    actions: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[DigitalSourceType, Mapping[str, Any]]]:
    for action in actions:
        if (kind := source_type_named(action.get("source_type"))) is not None:
            yield kind, action


def _has_traces(file: Path) -> bool:
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(trace) >= 0 for trace in _TRACES)
