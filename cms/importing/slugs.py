"""Slugs of a source, as slugs of Kiosque."""

from cms.errors import Invalid
from cms.slugs import check_slug, make_slug


def usable_slug(slug: str | None, otherwise: str) -> str:
    """The slug as the source had it; where it is none here, one made from it, else from the other text. Empty if neither gives any."""
    if slug:
        try:
            return check_slug(slug, "slug")
        except Invalid:
            # Other programs allow dots, capitals and spaces.
            if made := make_slug(slug):
                return made
    return make_slug(otherwise)
