"""Where a store is."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(endpoint: str | None) -> bool:
    """Whether a URL names this machine."""
    host = urlsplit(endpoint or "").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
