"""Notices as they are read."""

import strawberry

from cms.articles.kinds import NoticeKind
from cms.reading.enums import describe_enum
from cms.reading.fields import column
from cms.reading.scalars import DateTime

describe_enum(
    NoticeKind,
    "What sort of thing readers are told of an article.",
    {"WITHDRAWAL": "It was taken back; the text says why."},
)


@strawberry.type(description="Something that readers are told of what became of an article.")
class Notice:
    kind: NoticeKind = column("kind", "What sort of thing.")
    text: str = column("text", "What happened, in the newsroom's words.")
    created_at: DateTime = column("created_at", "Since when it stands there.")
