"""WordPress exports, read in two passes: first what there is and whether it is sound, then the pieces one by one."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cms.importing.documents import ImportEvent, ImportWarning, SkippedItem
from cms.importing.html import plain_text
from cms.importing.wordpress.addresses import SourceSite, site_of
from cms.importing.wordpress.articles import ArticleReading, read_article
from cms.importing.wordpress.index import ItemPlan, SourceIndex
from cms.importing.wordpress.names import XmlElement, export_field, export_tags, field, whole_text
from cms.importing.wordpress.planning import plan_part
from cms.importing.wordpress.stream import read_parts
from cms.importing.wordpress.terms import in_tree_order

ARTICLE_TYPES = frozenset({"post", "page"})
READING_PASSES = 2


def bytes_to_read(paths: Sequence[Path]) -> int:
    """How many bytes `read_wxr` will tell `on_bytes` of, in all: each file is read twice."""
    return READING_PASSES * sum(path.stat().st_size for path in paths)


def read_wxr(
    paths: Sequence[Path],
    *,
    on_bytes: Callable[[int], None] = lambda _: None,
    custom_types: Sequence[str] = (),
    now: datetime | None = None,
) -> Iterator[ImportEvent]:
    """Everything in these files, which are one import: posts, attachments and pages may be in different files.

    Order: authors; terms, parents first; attachments; then the articles as they stand in the files, each after the
    images that only its body names; warnings and skipped items between them; last the number of comments. Nothing is
    yielded before all the files were read once, so that `ImportRefused` (a DTD, XML that is not well-formed, no export)
    comes before anything could be stored. `custom_types` are post types of plugins to take as articles. `now` decides
    whether a date is ahead. Memory is bounded by the number of items, not by their texts.
    """
    index = SourceIndex()
    types = ARTICLE_TYPES | frozenset(custom_types)
    for path in paths:
        first_pass(index, path, on_bytes, types)
    yield from index.authors.all()
    yield from in_tree_order(index.terms)
    yield from index.attachments.values()
    yield from index.warnings
    yield from second_pass(index, paths, on_bytes, now or datetime.now(UTC))
    if index.comments:
        yield SkippedItem("all files", "comment", "Kiosque has no comments", index.comments)


def first_pass(
    index: SourceIndex, path: Path, on_bytes: Callable[[int], None], types: frozenset[str]
) -> None:
    """Take a whole file into the index."""

    def warn_of_controls(count: int) -> None:
        if count:
            index.warnings.append(
                ImportWarning(
                    path.name, f"{count} control character(s), which XML forbids, were read as spaces"
                )
            )

    addresses = SiteAddresses(fallback=index.plans[0].site if index.plans else None)
    for part in read_parts(path, on_bytes, warn_of_controls):
        if not addresses.note(part):
            plan_part(index, addresses.site, part, place_of(path, part), types)


class SiteAddresses:
    """The addresses at the head of a channel. The blog's own is best, then the network's, then the channel's link."""

    def __init__(self, fallback: SourceSite | None) -> None:
        self._found: dict[int, str] = {}
        self._fallback = fallback
        self.site = fallback or site_of("")

    def note(self, part: XmlElement) -> bool:
        """Take an address; False for what is no address of the site."""
        ranks = {
            "link": 2,
            **dict.fromkeys(export_tags("base_site_url"), 1),
            **dict.fromkeys(export_tags("base_blog_url"), 0),
        }
        if part.tag not in ranks:
            return part.tag == "title"
        if address := whole_text(part).strip():
            self._found.setdefault(ranks[part.tag], address)
            self.site = site_of(self._found[min(self._found)])
        return True


def second_pass(
    index: SourceIndex, paths: Sequence[Path], on_bytes: Callable[[int], None], now: datetime
) -> Iterator[ImportEvent]:
    """The pieces, as the first pass planned them."""
    plans = iter(index.plans)
    told: set[str] = set()
    for path in paths:
        for part in read_parts(path, on_bytes, lambda _: None):
            if part.tag == "item":
                yield from without_repetition(
                    events_of(index, next(plans), part, place_of(path, part), now), told
                )


def events_of(
    index: SourceIndex, plan: ItemPlan, item: XmlElement, where: str, now: datetime
) -> Iterator[ImportEvent]:
    """What one item gives."""
    if plan.left_out is not None:
        yield SkippedItem(where, plan.noun, plan.left_out)
    elif plan.key is not None:
        reading = ArticleReading(item, plan.key, plan.site, index, where)
        yield from read_article(reading, is_page=plan.noun == "page", now=now)


def without_repetition(events: Iterator[ImportEvent], told: set[str]) -> Iterator[ImportEvent]:
    """The events, without the images that an earlier body named already."""
    for event in events:
        key = event.source_key if not isinstance(event, ImportWarning | SkippedItem) else None
        if key is not None and key in told:
            continue
        if key is not None and key.startswith("url/"):
            told.add(key)
        yield event


def place_of(path: Path, part: XmlElement) -> str:
    """Where something stands, for people: file, line, type, number and title."""
    if part.tag != "item":
        return f"{path.name}, line {part.sourceline}"
    title = plain_text(field(part, "title"))[:60]
    names = [export_field(part, "post_type"), export_field(part, "post_id"), f"“{title}”" if title else ""]
    return f"{path.name}, line {part.sourceline}: {' '.join(filter(None, names)) or 'item'}"
