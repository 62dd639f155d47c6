"""The closed lists that the articles slice knows."""

from enum import StrEnum

from cms.site.kinds import DisclosureKind

__all__ = [
    "ArticleKind",
    "ArticleStatus",
    "AssetPlace",
    "BylineRole",
    "DisclosureKind",
    "NoticeKind",
    "RelatedSource",
    "RelationKind",
]


class ArticleKind(StrEnum):
    """What sort of journalism a piece is."""

    NEWS = "NEWS"
    ANALYSIS = "ANALYSIS"
    OPINION = "OPINION"
    INTERVIEW = "INTERVIEW"
    REVIEW = "REVIEW"
    EXPLAINER = "EXPLAINER"
    LIVE = "LIVE"
    PRESS_RELEASE = "PRESS_RELEASE"


class ArticleStatus(StrEnum):
    """Where an article stands between the first draft and the archive."""

    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    SCHEDULED = "SCHEDULED"
    PUBLISHED = "PUBLISHED"
    UNPUBLISHED = "UNPUBLISHED"
    WITHDRAWN = "WITHDRAWN"


class BylineRole(StrEnum):
    """What somebody did for a piece."""

    AUTHOR = "AUTHOR"
    TRANSLATOR = "TRANSLATOR"
    EDITOR = "EDITOR"
    PHOTOGRAPHER = "PHOTOGRAPHER"
    CONTRIBUTOR = "CONTRIBUTOR"


class RelationKind(StrEnum):
    """What one article is to another."""

    SEE_ALSO = "SEE_ALSO"
    BACKGROUND = "BACKGROUND"
    FOLLOW_UP = "FOLLOW_UP"
    SERIES = "SERIES"
    UPDATE_OF = "UPDATE_OF"
    OPPOSING_VIEW = "OPPOSING_VIEW"


class AssetPlace(StrEnum):
    """Where a version of an article shows an asset."""

    COVER = "COVER"
    BODY = "BODY"
    SEO = "SEO"


class RelatedSource(StrEnum):
    """Who says that two articles belong together."""

    EDITOR = "EDITOR"
    SUGGESTED = "SUGGESTED"


class NoticeKind(StrEnum):
    """What sort of thing readers are told of an article."""

    WITHDRAWAL = "WITHDRAWAL"
