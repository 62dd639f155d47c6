"""The closed lists that the articles slice knows."""

from enum import StrEnum

from cms.site.kinds import DisclosureKind

__all__ = [
    "ArticleKind",
    "ArticleStatus",
    "AssetPlace",
    "AssetUsePlace",
    "BylineRole",
    "DisclosureKind",
    "NoticeKind",
    "RelatedSource",
    "RelationKind",
    "ScheduledAction",
    "ScheduledState",
    "WorkflowStep",
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


class WorkflowStep(StrEnum):
    """What somebody did with an article on its way."""

    SUBMIT = "SUBMIT"
    REQUEST_CHANGES = "REQUEST_CHANGES"
    APPROVE = "APPROVE"
    SCHEDULE = "SCHEDULE"
    CANCEL_SCHEDULE = "CANCEL_SCHEDULE"
    SCHEDULE_FAILED = "SCHEDULE_FAILED"
    PUBLISH = "PUBLISH"
    UNPUBLISH = "UNPUBLISH"
    WITHDRAW = "WITHDRAW"
    SAVE = "SAVE"


class ScheduledAction(StrEnum):
    """What is done at a set time."""

    PUBLISH = "PUBLISH"
    UNPUBLISH = "UNPUBLISH"


class ScheduledState(StrEnum):
    """What became of something that was to be done at a set time."""

    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


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


class AssetUsePlace(StrEnum):
    """Where something needs an asset."""

    COVER = "COVER"
    BODY = "BODY"
    SEO = "SEO"
    AVATAR = "AVATAR"
    SUBSTITUTE = "SUBSTITUTE"


class RelatedSource(StrEnum):
    """Who says that two articles belong together."""

    EDITOR = "EDITOR"
    SUGGESTED = "SUGGESTED"


class NoticeKind(StrEnum):
    """What sort of thing readers are told of an article."""

    CORRECTION = "CORRECTION"
    CLARIFICATION = "CLARIFICATION"
    UPDATE = "UPDATE"
    EDITORS_NOTE = "EDITORS_NOTE"
    RETRACTION = "RETRACTION"
    WITHDRAWAL = "WITHDRAWAL"
