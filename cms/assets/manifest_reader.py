"""Reads the content credentials (C2PA) of one picture in a process of its own: `python manifest_reader.py FILE TYPE [ANCHORS]`.

Nothing of Kiosque is imported, and nothing but the file is read: once it is open, no further file or connection can be opened, so a manifest that
lies elsewhere is not fetched, and no authority is asked. The answer is one line of JSON, with what `reading` finds.
"""

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

MEMORY_BYTES_MAX = 600_000_000
CPU_SECONDS_MAX = 10
ACTIONS_MAX = 50
TEXT_CHARACTERS_MAX = 300


def main(path: str, content_type: str, anchors: str | None) -> dict[str, Any]:
    """What the file's credentials are worth. `anchors` are the certificates of those who are trusted, a file of PEM."""
    import c2pa  # noqa: PLC0415  (an extra: whoever starts this process has looked that it is there)

    trusted = Path(anchors).read_text(encoding="ascii") if anchors else None
    with Path(path).open("rb") as file:
        bound_resources(file.fileno())
        return reading(c2pa, file, content_type, trusted)


def bound_resources(last_descriptor: int) -> None:
    """Let the system end this process before it takes what others need, and keep it from opening anything more."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  (it is not there on every platform)

    bounds = {
        resource.RLIMIT_AS: MEMORY_BYTES_MAX,
        resource.RLIMIT_CPU: CPU_SECONDS_MAX,
        resource.RLIMIT_NOFILE: last_descriptor + 1,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in bounds.items():
        resource.setrlimit(kind, (most, most))


def reading(c2pa: Any, file: BinaryIO, content_type: str, trusted: str | None) -> dict[str, Any]:
    """Whether there is a manifest (`present`), what is wrong with it (`problems`), whether it is `valid` and `trusted`, and what it says."""
    settings: dict[str, Any] = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
    if trusted is not None:
        settings["trust"] = {"trust_anchors": trusted}
    try:
        reader = c2pa.Reader(content_type, file, context=c2pa.Context.from_dict(settings))
        state, found = str(reader.get_validation_state()), json.loads(reader.json())
    except c2pa.C2paError as error:
        return unread(str(error))
    active = found["manifests"][found["active_manifest"]]
    return {
        "present": True,
        "remote": False,
        "valid": state in ("Valid", "Trusted"),
        "trusted": state == "Trusted",
        "issuer": text(active.get("signature_info", {}).get("issuer")),
        "problems": [text(one.get("code")) for one in found.get("validation_status", [])][:ACTIONS_MAX],
        "actions": list(actions_of(active))[:ACTIONS_MAX],
        "earlier": [
            one
            for label, manifest in found["manifests"].items()
            if label != found["active_manifest"]
            for one in actions_of(manifest)
        ][:ACTIONS_MAX],
    }


def unread(reason: str) -> dict[str, Any]:
    """What is told of a file without a manifest, or with one that is not here or cannot be read."""
    if reason.startswith("ManifestNotFound"):
        return {"present": False}
    is_remote = reason.startswith("Remote")
    problems = ["manifest.remote" if is_remote else "manifest.unreadable"]
    return {"present": True, "remote": is_remote, "valid": False, "trusted": False, "problems": problems}


def actions_of(manifest: dict[str, Any]) -> Any:
    """What was done, in order: the name, and where it is said how the picture came to be and by what program."""
    for assertion in manifest.get("assertions", []):
        if not str(assertion.get("label", "")).startswith("c2pa.actions"):
            continue
        with suppress(AttributeError, TypeError):
            for action in assertion["data"].get("actions", []):
                agent = action.get("softwareAgent")
                yield {
                    "action": text(action.get("action")),
                    "source_type": text(action.get("digitalSourceType")),
                    "agent": text(agent.get("name") if isinstance(agent, dict) else agent),
                }


def text(value: Any) -> str | None:
    """A text of the manifest, as far as it is one and no book."""
    return value.replace("\x00", "").strip()[:TEXT_CHARACTERS_MAX] or None if isinstance(value, str) else None


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)))
