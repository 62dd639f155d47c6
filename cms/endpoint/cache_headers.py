"""What an answer tells the caches between here and the reader: how long it is good, and the tags by which it can be purged."""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from cms.config import Settings

# Of each header: what stands between two tags. Fastly and Varnish know the first one, Cloudflare the second.
SEPARATORS = {"surrogate-key": " ", "cache-tag": ","}
KEY_DIGITS = 32
EVERYTHING = "site"


class CacheHeaders:
    """Makes the headers of public answers, as the settings have them."""

    def __init__(self, settings: Settings) -> None:
        self._separators = {name: SEPARATORS[name] for name in settings.cache_tag_headers}
        self._bytes_max = settings.cache_tag_header_bytes_max
        self._cache_control = (
            f"public, max-age={settings.cache_seconds}, s-maxage={settings.cache_shared_seconds},"
            f" stale-while-revalidate={settings.cache_revalidate_seconds}"
        )

    def of(self, tags: Iterable[str]) -> dict[str, str]:
        """Cache-Control and the headers of tags."""
        headers = {"cache-control": self._cache_control}
        if self._separators:
            fitting = sorted(fitted(tags, self._bytes_max))
            headers |= {name: separator.join(fitting) for name, separator in self._separators.items()}
        return headers


def etag_of(body: bytes, media_type: str) -> str:
    """A strong entity tag: two answers have the same only if they are the same (RFC 9110, section 8.8.3), media type included."""
    return f'"{sha256(body).hexdigest()[:32]}{"g" if "graphql" in media_type else "j"}"'


def fitted(tags: Iterable[str], bytes_max: int) -> set[str]:
    """The tags, or fewer that stand for more, so that they are at most so many bytes in a header.

    `article_…` and its like give way to `articles`, the most numerous noun first; an event of a thing has both tags, so that whatever
    purges the one purges the other. If nouns are too many, the tag that every answer has must do.
    """
    kept = set(tags)
    while sum(len(tag) + 1 for tag in kept) > bytes_max + 1:
        nouns = Counter(noun for noun in map(_noun, kept) if noun)
        if not nouns:
            return {EVERYTHING}
        most = nouns.most_common(1)[0][0]
        kept = {tag for tag in kept if _noun(tag) != most} | {f"{most}s"}
    return kept


def _noun(tag: str) -> str:
    """The noun of a node's tag; nothing for a list's."""
    noun, _, key = tag.rpartition("_")
    return noun if len(key) == KEY_DIGITS else ""
