"""Where an asset's bytes are served."""

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/tiff": "tif",
}


def asset_url(base_url: str, asset_id: str, sha256: str, content_type: str) -> str:
    """The public URL of an asset's bytes: it names their hash, so it never shows other bytes and may be cached for ever."""
    return f"{base_url}/media/{asset_id.replace('-', '')}/{sha256[:16]}.{EXTENSIONS.get(content_type, 'bin')}"
