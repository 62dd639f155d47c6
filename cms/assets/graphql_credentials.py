"""The API face of content credentials."""

from collections.abc import Mapping
from typing import Any

import strawberry

from cms.assets.credentials import ai_actions_of
from cms.assets.graphql_enums import DigitalSourceType
from cms.reading.fields import column
from cms.reading.sources import Facts


@strawberry.type(
    description="Something that a trained model did, as a picture's content credentials tell it."
)
class CredentialAction:
    action: str | None = column("action", "What was done, as in `c2pa.created`.")
    digital_source_type: DigitalSourceType = column("digital_source_type", "What came out.")
    software_agent: str | None = column("software_agent", "The program that did it.")


@strawberry.type(
    description="What is known of the content credentials (C2PA) in a picture's file, as they were when it came. Renditions carry none."
)
class ContentCredentials:
    present: bool = column("present", "Whether the file has any, in itself or by reference.")
    valid: bool = column(
        "valid",
        "Whether they are signed soundly and belong to these very bytes. By whom, is another question: see `trusted`.",
    )
    trusted: bool = column("trusted", "Whether the issuer is one of those that this site trusts.")
    is_remote: bool = column(
        "is_remote", "Whether the file only names the place where they are: nobody looks there."
    )
    issuer: str | None = column(
        "issuer",
        "Who has signed them, as the certificate says; anybody can write that, unless `trusted`.",
    )
    problems: list[str] = column(
        "problems",
        "What is wrong, in the codes of the C2PA specification, as in `signingCredential.untrusted`.",
    )
    ai_actions: list[CredentialAction] = column(
        "ai_actions",
        "What trained models did, with this picture or with what it was made from, as far as it is said.",
    )


def content_credentials(_: Facts, found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What the column holds, as the type has it."""
    if found is None:
        return None
    return {
        "present": found["present"],
        "valid": found.get("valid", False),
        "trusted": found.get("trusted", False),
        "is_remote": found.get("remote", False),
        "issuer": found.get("issuer"),
        "problems": sorted({problem for problem in found.get("problems", []) if problem}),
        "ai_actions": ai_actions_of(found),
    }
