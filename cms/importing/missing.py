"""The error of a picture whose bytes cannot be had."""

from cms.errors import KiosqueError


class PictureMissing(KiosqueError):
    """The bytes of a picture cannot be had; the message is the reason, as the end of a sentence."""

    code = "NOT_FOUND"
