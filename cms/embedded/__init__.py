"""PostgreSQL and SeaweedFS run from their wheels, so that Kiosque needs nothing but Python."""
