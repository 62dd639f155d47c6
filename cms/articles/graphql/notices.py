"""Notices as they are read."""

from collections.abc import Sequence
from typing import Any

import strawberry

from cms.articles.kinds import NoticeKind
from cms.reading.enums import describe_enum
from cms.reading.fields import column
from cms.reading.scalars import DateTime
from cms.reading.sources import Facts

describe_enum(
    NoticeKind,
    "What sort of thing readers are told of an article.",
    {
        "CORRECTION": "It was wrong, and was put right.",
        "CLARIFICATION": "It could be misunderstood, and says more plainly what is meant.",
        "UPDATE": "Something has happened since, and was added.",
        "EDITORS_NOTE": "The newsroom has something to say of it.",
        "RETRACTION": "The newsroom does not stand by it any more; the text says why.",
        "WITHDRAWAL": "It was taken back; the text says why.",
    },
)


def in_order(_: Facts, notices: Sequence[Any]) -> list[Any]:
    """The notices, the oldest first."""
    return sorted(notices, key=lambda notice: (notice["created_at"], notice["id"]))


@strawberry.type(description="Something that readers are told of what became of an article.")
class Notice:
    id: strawberry.ID = column("id", "What updateNotice and removeNotice take.")
    kind: NoticeKind = column("kind", "What sort of thing.")
    text: str = column("text", "What happened, in the newsroom's words.")
    version: int = column("version", "The number of the version that it is about.")
    revision: int = column(
        "revision", "How many times the notice itself was written: send it as `expectedVersion` to change it."
    )
    is_published: bool = column(
        "is_published", "Whether the public reads it where the article is live; if not, only editors do."
    )
    created_at: DateTime = column("created_at", "Its date: since when it stands there.")
