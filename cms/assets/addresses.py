"""The public addresses of assets."""

from uuid import UUID

from cms.assets.formats import PICTURE_FORMATS

SHA256_DIGITS = 16


def asset_url(base_url: str, asset_id: UUID | str, sha256: str, content_type: str) -> str:
    """The address of an asset's bytes: `{base}/media/{32 hex digits}/{16 digits of the SHA-256}.{ending}`. Other bytes, other address."""
    return f"{base_url}/media/{str(asset_id).replace('-', '')}/{media_name(sha256, content_type)}"


def media_name(sha256: str, content_type: str) -> str:
    """The last part of the address."""
    return f"{sha256[:SHA256_DIGITS]}.{PICTURE_FORMATS[content_type].extension}"
