"""What a picture's file says of itself: EXIF, IPTC and XMP, each read from the bytes that it is kept in, and what becomes of them together."""
