"""What an answer tells the caches between here and the reader: how long it is good, and the tags by which it can be purged."""

from collections.abc import Collection
from hashlib import sha256

from cms.config import Settings
from cms.endpoint.clock import NEVER

# Of each header: what stands between two tags. Fastly and Varnish know the first one, Cloudflare the second.
SEPARATORS = {"surrogate-key": " ", "cache-tag": ","}
# A node's tag ends in an underscore and the digits of its key; a list's is shorter than that, or has no such end.
KEY_DIGITS = 32
KEY_CHARACTERS = KEY_DIGITS + 1
EVERYTHING = "site"


class CacheHeaders:
    """Makes the headers of public answers, as the settings have them."""

    def __init__(self, settings: Settings) -> None:
        self._separators = {name: SEPARATORS[name] for name in settings.cache_tag_headers}
        self._bytes_max = settings.cache_tag_header_bytes_max
        self._own, self._shared = settings.cache_seconds, settings.cache_shared_seconds
        self._revalidate = settings.cache_revalidate_seconds
        self.seconds_max = max(self._own, self._shared) + self._revalidate
        """For how long an answer may be given after it was made."""

    def control(self, seconds_left: float) -> str:
        """Cache-Control, by which nobody keeps an answer for longer than so many seconds."""
        left = int(min(seconds_left, self.seconds_max))
        own, shared = min(self._own, left), min(self._shared, left)
        revalidate = min(self._revalidate, left - max(own, shared))
        return f"public, max-age={own}, s-maxage={shared}, stale-while-revalidate={revalidate}"

    def of(self, tags: Collection[str], seconds_left: float = NEVER) -> dict[str, str]:
        """Cache-Control and the headers of tags."""
        headers = {"cache-control": self.control(seconds_left)}
        if self._separators:
            fitting = sorted(fitted(tags, self._bytes_max))
            headers |= {name: separator.join(fitting) for name, separator in self._separators.items()}
        return headers


def etag_of(body: bytes, media_type: str) -> str:
    """A strong entity tag: two answers have the same only if they are the same (RFC 9110, section 8.8.3), media type included."""
    return f'"{sha256(body).hexdigest()[:32]}{"g" if "graphql" in media_type else "j"}"'


def fitted(tags: Collection[str], bytes_max: int) -> Collection[str]:
    """The tags, or fewer that stand for more, so that they are at most so many bytes in a header.

    `article_…` and its like give way to `articles`, the most numerous noun first; an event of a thing has both tags, so that whatever
    purges the one purges the other. If nouns are too many, the tag that every answer has must do.
    """
    if sum(map(len, tags)) + len(tags) - 1 <= bytes_max:
        return tags
    nouns: dict[str, list[str]] = {}
    for tag in tags:
        nouns.setdefault(tag[:-KEY_CHARACTERS] if tag[-KEY_CHARACTERS:-KEY_DIGITS] == "_" else "", []).append(
            tag
        )
    kept = set(nouns.pop("", ()))
    for noun in sorted(nouns, key=lambda noun: len(nouns[noun]), reverse=True):
        del nouns[noun]
        kept.add(f"{noun}s")
        rest = [tag for few in nouns.values() for tag in few]
        if sum(map(len, kept)) + len(kept) - 1 + sum(map(len, rest)) + len(rest) <= bytes_max:
            return kept.union(rest)
    return {EVERYTHING}
