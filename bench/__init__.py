"""The benchmark: Kiosque beside other servers, on the same content, in the same PostgreSQL, in the same run."""
