"""WordPress: the XML that its export writes (WXR 1.0 to 1.2)."""

from cms.importing.wordpress.reader import bytes_to_read, read_wxr

__all__ = ["bytes_to_read", "read_wxr"]
