"""Attachments: files of the media library, as assets."""

import mimetypes
from typing import Any, cast

from cms.importing.documents import ImportedAsset, ImportWarning, MediaKind
from cms.importing.html import plain_text
from cms.importing.wordpress.addresses import (
    IMAGE_EXTENSIONS,
    SourceSite,
    extension,
    file_name,
    joined,
    path_below_uploads,
)
from cms.importing.wordpress.index import SourceIndex
from cms.importing.wordpress.names import (
    CONTENT,
    EXCERPTS,
    XmlElement,
    export_field,
    field,
    first_text,
    meta_values,
)
from cms.importing.wordpress.php import NotReadable, unserialised_map

TEXT_CHARACTERS_MAX = 10_000


def asset_of(index: SourceIndex, site: SourceSite, item: XmlElement, where: str) -> ImportedAsset | None:
    """The asset of an attachment; None where the export names no file.

    The caption is the attachment's excerpt, or else its description (some exports fill only that one).
    """
    url = joined(export_field(item, "attachment_url") or field(item, "guid"), site.url)
    if not url.startswith(("http://", "https://")):
        return None
    meta = dict(meta_values(item))
    image_meta = image_meta_of(index, meta.get("_wp_attachment_metadata", ""), where)
    excerpt, description = text_of_field(item, EXCERPTS), text_of_field(item, (CONTENT,))
    title = plain_text(field(item, "title"))
    return ImportedAsset(
        source_key=f"{site.name}/attachment/{export_field(item, 'post_id') or url}",
        url=url,
        filename=file_name(url) or title or "file",
        media_kind=media_kind(url),
        alt=plain_text(meta.get("_wp_attachment_image_alt", "")) or None,
        caption=excerpt or description or plain_text(image_meta.get("caption", "")) or None,
        credit=plain_text(image_meta.get("credit", ""))
        or plain_text(image_meta.get("copyright", ""))
        or None,
        title=title or None,
        description=description if excerpt else None,
        uploaded_path=meta.get("_wp_attached_file", "").strip() or path_below_uploads(url),
    )


def text_of_field(item: XmlElement, tags: tuple[str, ...]) -> str | None:
    """A field's words, up to `TEXT_CHARACTERS_MAX`; None where there are none."""
    return plain_text(first_text(item, tags)[:TEXT_CHARACTERS_MAX]) or None


def image_meta_of(index: SourceIndex, serialised: str, where: str) -> dict[str, str]:
    """What the camera or the agency wrote into the picture, as WordPress noted it."""
    if "image_meta" not in serialised:
        return {}
    try:
        value = unserialised_map(serialised).get("image_meta")
    except NotReadable as error:
        index.warnings.append(ImportWarning(where, f"The picture's metadata could not be read: {error}"))
        return {}
    pairs = cast("dict[Any, Any]", value).items() if isinstance(value, dict) else ()
    return {str(name): text for name, text in pairs if isinstance(text, str)}


def media_kind(url: str) -> MediaKind:
    """What a file is, by its extension. Addresses without one are how image services write pictures."""
    suffix = extension(url)
    if suffix in IMAGE_EXTENSIONS or not suffix:
        return MediaKind.IMAGE
    kind = (mimetypes.guess_type(f"file.{suffix}")[0] or "").split("/")[0]
    return MediaKind(kind) if kind in ("audio", "video") else MediaKind.FILE
