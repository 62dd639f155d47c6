"""The closed lists of the articles slice as GraphQL enums."""

from cms.articles.kinds import (
    ArticleKind,
    ArticleStatus,
    BylineRole,
    DisclosureKind,
    RelatedSource,
    RelationKind,
    WorkflowStep,
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
    "Where the version that you see stands. For the public that is PUBLISHED, or WITHDRAWN; at the desk it is where the draft stands, "
    "while an older version may be live beside it, which `isLive` tells.",
    {
        "DRAFT": "Being written. Whatever is changed is a draft again, but for changes by somebody who may skip the review to what is "
        "in review, approved or scheduled.",
        "IN_REVIEW": "Waiting for a second pair of eyes.",
        "APPROVED": "Looked over: ready to be published.",
        "SCHEDULED": "Will be published at a set time: `scheduledFor`.",
        "PUBLISHED": "Live as it is here.",
        "UNPUBLISHED": "Was live, and is no more.",
        "WITHDRAWN": "Taken back: the public reads the reason in its place.",
    },
)
describe_enum(
    WorkflowStep,
    "What somebody did with an article on its way.",
    {
        "SUBMIT": "Submitted it for review.",
        "REQUEST_CHANGES": "Asked for changes.",
        "APPROVE": "Approved it.",
        "SCHEDULE": "Set or changed a time at which it is published or unpublished.",
        "CANCEL_SCHEDULE": "Took such a time back.",
        "SCHEDULE_FAILED": "What was scheduled could not be done; the note says why.",
        "PUBLISH": "Published it.",
        "UNPUBLISH": "Took it from the public.",
        "WITHDRAW": "Withdrew it.",
        "SAVE": "Changed what was on its way, which made it a draft again.",
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
