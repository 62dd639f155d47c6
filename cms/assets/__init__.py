"""Pictures: uploads, the bucket, and what is known of each file."""
