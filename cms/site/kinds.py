"""The closed lists that the site knows."""

from enum import StrEnum


class DisclosureKind(StrEnum):
    """What a reader should know about how a piece came to be."""

    MADE_BY_AI = "MADE_BY_AI"
    AI_ASSISTED = "AI_ASSISTED"
    READER_CONTRIBUTION = "READER_CONTRIBUTION"
    SPONSORED = "SPONSORED"
    NOT_ADVICE = "NOT_ADVICE"
    OTHER = "OTHER"
