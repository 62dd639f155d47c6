"""What is sent to the mutations of assets."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NewType

import strawberry
from starlette.datastructures import UploadFile

from cms.assets.announcing import UploadFields
from cms.assets.description import AssetFields
from cms.assets.framing import Crop, FocalPoint
from cms.assets.kinds import DigitalSourceType, UploadMethod
from cms.mutations import EXPECTED, OnConflict, needed, on_conflict_field, optional, sent, sent_key
from cms.reading.enums import describe_enum
from cms.reading.scalars import DateTime, Url

Upload = NewType("Upload", UploadFile)

describe_enum(
    UploadMethod,
    "How the bytes travel to the bucket.",
    {
        "POST": "A form, as a browser sends it: the parts of `fields`, then the part `file`.",
        "PUT": "The bytes as the body, with exactly the `headers`.",
        "MULTIPART": "In parts, for a large file: each of `parts` is a PUT of its own, which can be sent again.",
    },
)


def _parse_upload(value: Any) -> UploadFile:
    if not isinstance(value, UploadFile):
        raise ValueError("a file comes as a part of a multipart request, with null in its place")
    return value


def _no_answer(_: Any) -> str:
    raise ValueError("a file is only ever sent")


UPLOAD_SCALARS: Mapping[object, Any] = {
    Upload: strawberry.scalar(
        name="Upload",
        description="A file that is sent beside the operation in a multipart request. In the variables, null stands in its place.",
        specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
        serialize=_no_answer,
        parse_value=_parse_upload,
    )
}


@strawberry.input(description="A point of a picture, in shares of its width and height.")
class FocalPointInput:
    x: float = needed("From the left edge (0) to the right (1).")
    y: float = needed("From the top edge (0) to the bottom (1).")


@strawberry.input(
    description="A part of a picture, in shares of its width and height: from its left and top edge (0) to its right and bottom one (1)."
)
class CropInput:
    x: float = needed("Its left edge.")
    y: float = needed("Its top edge.")
    width: float = needed("Its width, at least 0.01; `x` and `width` add up to 1 at the most.")
    height: float = needed("Its height, at least 0.01; `y` and `height` add up to 1 at the most.")


@strawberry.input(
    description="What is said about a picture. Caption, credit, creator, copyright, license, source and digitalSourceType come from the file where "
    "they are null; an empty text says nothing, whatever the file says."
)
class AssetWords:
    alt: str | None = optional(
        "What a reader who cannot see the picture should know, at most 1,000 characters."
    )
    is_decorative: bool | None = optional(
        "Whether it says nothing that a reader who cannot see it would miss, so that it needs no `alt`."
    )
    caption: str | None = optional("What the picture shows, at most 5,000 characters.")
    credit: str | None = optional("Who is to be named beside it, at most 500 characters.")
    creator: str | None = optional("Who made it, at most 500 characters.")
    copyright: str | None = optional("Whose it is, at most 500 characters.")
    license: str | None = optional("On what terms it may be used, at most 500 characters.")
    source: str | None = optional("Whom it comes from, such as an agency, at most 500 characters.")
    source_url: Url | None = optional("Where it was found.")
    digital_source_type: DigitalSourceType | None = optional(
        "How it came to be: say so if a trained model made it, or parts of it."
    )
    focal_point: FocalPointInput | None = optional(
        "The point that no crop should lose; null leaves it to what draws the eye."
    )
    rights_expire_at: DateTime | None = optional(
        "Until when it may be shown; null for ever. From that moment the public does not see it, wherever it is used. A time in the past acts at once."
    )
    usage_restrictions: str | None = optional(
        "What else is to be heeded, for the desk: what a contract rules out, at most 5,000 characters."
    )


@strawberry.input(description="A file that is going to be sent straight to the bucket.")
class CreateUploadInput:
    filename: str = needed("Its name, 1 to 255 characters, as editors know it.")
    content_type: str = needed("Its media type, as in `image/jpeg`.")
    byte_size: int = needed("Its size in bytes; no other will be taken.")
    sha256: str = needed("SHA-256 of its bytes, in hexadecimal digits; no other bytes will be taken.")
    method: UploadMethod = strawberry.field(default=UploadMethod.POST, description="How it will be sent.")


@strawberry.input(description="A file that has been sent, and what is said about it.")
class CompleteUploadInput(AssetWords):
    upload_id: strawberry.ID = needed("The id that `createUpload` has answered.")


@strawberry.input(description="An upload that was interrupted.")
class ResumeUploadInput:
    upload_id: strawberry.ID = needed("The id that `createUpload` has answered.")


@strawberry.input(description="A picture to fetch, and what is said about it.")
class ImportAssetInput(AssetWords):
    url: Url = needed(
        "Where it is: an http or https address of a public host, without a user's name or password. Unless `sourceUrl` says otherwise, it is kept "
        "there, without its query."
    )
    filename: str | None = optional("Its name, 1 to 255 characters; the end of the address unless given.")


@strawberry.input(description="A small file, sent with this very request, and what is said about it.")
class UploadAssetInput(AssetWords):
    file: Upload = needed("The file.")


@strawberry.input(description="Changes to what is said about a picture. What is left out stays as it is.")
class UpdateAssetInput(AssetWords):
    id: strawberry.ID = needed("The picture.")
    expected_version: int = needed(EXPECTED)
    on_conflict: OnConflict = on_conflict_field()
    substitute_id: strawberry.ID | None = optional(
        "What is shown in its place once its rights have expired; null for nothing."
    )


@strawberry.input(description="Another file for a picture that is there.")
class ReplaceAssetInput:
    id: strawberry.ID = needed("The picture, which keeps its id, and its place wherever it is shown.")
    expected_version: int = needed(EXPECTED)
    source_id: strawberry.ID = needed(
        "The asset whose file it takes: sent or fetched as any other, shown nowhere. It is gone afterwards."
    )


def words_of(given: AssetWords) -> AssetFields:
    """What is said about a picture, as the services take it."""
    return AssetFields(
        alt=sent(given.alt),
        is_decorative=sent(given.is_decorative),
        caption=sent(given.caption),
        credit=sent(given.credit),
        creator=sent(given.creator),
        copyright=sent(given.copyright),
        license=sent(given.license),
        source=sent(given.source),
        source_url=sent(given.source_url),
        digital_source_type=sent(given.digital_source_type),
        focal_point=point_in(given.focal_point) if given.focal_point else sent(given.focal_point),
        rights_expire_at=sent(given.rights_expire_at),
        usage_restrictions=sent(given.usage_restrictions),
    )


def point_in(given: FocalPointInput) -> FocalPoint:
    """A focal point, as the services take it."""
    return FocalPoint(given.x, given.y)


def crop_in(given: CropInput) -> Crop:
    """A part of a picture, as the services take it."""
    return Crop(given.x, given.y, given.width, given.height)


def changes_of(given: UpdateAssetInput) -> AssetFields:
    """What is changed about a picture, as the services take it. Raises Invalid for an id that is none."""
    return replace(words_of(given), substitute_id=sent_key("asset", given.substitute_id, "substituteId"))


def announced(given: CreateUploadInput) -> UploadFields:
    """An announcement, as the services take it."""
    return UploadFields(
        filename=given.filename,
        content_type=given.content_type,
        byte_size=given.byte_size,
        sha256=given.sha256,
        method=given.method,
    )
