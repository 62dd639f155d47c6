"""Time zones: the one that an editor means beside a point in time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cms.errors import Invalid

ZONE_CHARACTERS_MAX = 60


def zone_of(moment: datetime, zone: str | None, *path: str) -> str:
    """The name of the zone as given, or else the offset that the time was written with, as in `+02:00`. Raises Invalid for no IANA name."""
    if zone is None:
        return _offset(moment.utcoffset() or timedelta())
    if len(zone) > ZONE_CHARACTERS_MAX or not _is_known(zone):
        raise Invalid(
            f"“{zone[:ZONE_CHARACTERS_MAX]}” is no time zone; one looks like “Europe/Paris” or “UTC”.", *path
        )
    return zone


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _offset(offset: timedelta) -> str:
    if not offset:
        return "UTC"
    minutes = offset // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
