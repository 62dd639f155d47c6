"""Caches: what answers say to those on the way, and what a process keeps."""
