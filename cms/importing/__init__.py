"""Content from elsewhere: one module a format, one engine that stores."""
