"""The closed lists of the assets slice, in words for the API. Whoever uses one of them there takes it from here."""

from cms.assets.kinds import AssetState, DigitalSourceType
from cms.assets.recipes import ImageFit, ImageFormat
from cms.reading.enums import describe_enum

__all__ = ["AssetState", "DigitalSourceType", "ImageFit", "ImageFormat"]

describe_enum(
    AssetState,
    "How far a file has come.",
    {
        "PENDING": "Promised, but not sent yet.",
        "PROCESSING": "Sent, and being looked at.",
        "READY": "Checked: it can be shown.",
        "REJECTED": "Not what it should be.",
    },
)
describe_enum(
    DigitalSourceType,
    "How a picture came to be, in the words of the IPTC (NewsCodes digitalsourcetype).",
    {
        "DIGITAL_CAPTURE": "Taken with a digital camera.",
        "COMPUTATIONAL_CAPTURE": "Several exposures joined by the camera into one picture of the scene.",
        "NEGATIVE_FILM": "Digitised from a negative.",
        "POSITIVE_FILM": "Digitised from a slide.",
        "PRINT": "Digitised from a print.",
        "HUMAN_EDITS": "Changed by a person, without generative tools.",
        "COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA": "Composed, with parts that a trained model has made.",
        "ALGORITHMICALLY_ENHANCED": "Changed by an algorithm without changing what it shows.",
        "DIGITAL_CREATION": "Made by a person with digital tools.",
        "DATA_DRIVEN_MEDIA": "Drawn from data, such as a chart.",
        "TRAINED_ALGORITHMIC_MEDIA": "Made by a trained model (generative AI).",
        "ALGORITHMIC_MEDIA": "Made by an algorithm that was not trained on any data.",
        "SCREEN_CAPTURE": "A screenshot.",
        "VIRTUAL_RECORDING": "A recording of a virtual event or world.",
        "COMPOSITE": "Composed of several elements.",
        "COMPOSITE_CAPTURE": "Composed of several captures of real scenes.",
        "COMPOSITE_SYNTHETIC": "Composed, with elements that are synthetic.",
    },
)


describe_enum(
    ImageFit,
    "How a picture gets into a box of another shape.",
    {
        "COVER": "It fills the box; what does not fit is cut off, around the focal point.",
        "CONTAIN": "All of it is shown, as large as the box allows.",
    },
)
describe_enum(
    ImageFormat,
    "How a picture is encoded.",
    {
        "AUTO": "By the header `Accept` of whoever loads it: AVIF where it is quick to make or made already, else WebP, else JPEG, or PNG where it can be seen through.",
        "AVIF": "AVIF.",
        "WEBP": "WebP; moves if the original does.",
        "JPEG": "JPEG; on white where it can be seen through.",
        "PNG": "PNG.",
        "GIF": "GIF; moves if the original does.",
    },
)
