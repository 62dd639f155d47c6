"""The closed lists of the articles slice as GraphQL enums."""

from cms.articles.kinds import (
    ArticleKind,
    ArticleStatus,
    BylineRole,
    DisclosureKind,
    RelatedSource,
    RelationKind,
)
from cms.reading.enums import describe_enum

describe_enum(
    ArticleKind,
    "What sort of journalism a piece is.",
    {
        "NEWS": "A report of what has happened.",
        "ANALYSIS": "What it means, by somebody who knows the field.",
        "OPINION": "What somebody thinks of it.",
        "INTERVIEW": "Questions and answers.",
        "REVIEW": "A verdict on a book, a film, a meal, a show.",
        "EXPLAINER": "How something works, or how it came about.",
        "LIVE": "A report that grows while things happen.",
        "PRESS_RELEASE": "Somebody else's announcement.",
    },
)
describe_enum(
    ArticleStatus,
    "Where an article stands between the first draft and the archive.",
    {
        "DRAFT": "Being written; never published.",
        "IN_REVIEW": "Waiting for a second pair of eyes.",
        "APPROVED": "Ready to be published.",
        "SCHEDULED": "Will be published at a set time.",
        "PUBLISHED": "Live. A newer draft may exist beside it.",
        "UNPUBLISHED": "Was live, and is no more.",
        "WITHDRAWN": "Taken back, with a reason.",
    },
)
describe_enum(
    BylineRole,
    "What somebody did for a piece.",
    {
        "AUTHOR": "Wrote it.",
        "TRANSLATOR": "Translated it.",
        "EDITOR": "Edited it.",
        "PHOTOGRAPHER": "Took the pictures.",
        "CONTRIBUTOR": "Helped with it.",
    },
)
describe_enum(
    RelationKind,
    "What one article is to another.",
    {
        "SEE_ALSO": "Of interest to the same reader.",
        "BACKGROUND": "What one should know before.",
        "FOLLOW_UP": "What happened afterwards.",
        "SERIES": "Another part of the same series.",
        "UPDATE_OF": "An older report that this one brings up to date.",
        "OPPOSING_VIEW": "Somebody who sees it differently.",
    },
)
describe_enum(
    RelatedSource,
    "Who says that two articles belong together.",
    {"EDITOR": "An editor has set the link.", "SUGGESTED": "Kiosque suggests it, by tags, section and text."},
)
describe_enum(
    DisclosureKind,
    "What a reader should know about how a piece came to be.",
    {
        "MADE_BY_AI": "A trained model made it, or parts of it. Adds itself where the cover or a picture of the body was made by one.",
        "AI_ASSISTED": "People made it with the help of a trained model. Adds itself where the cover or a picture of the body was.",
        "READER_CONTRIBUTION": "A reader sent it in.",
        "SPONSORED": "Somebody paid for it.",
        "NOT_ADVICE": "It is no advice on money, health or law.",
        "OTHER": "Something else; the text says what.",
    },
)
