"""Small WordPress exports, written for the tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from cms.importing.documents import ImportedArticle, ImportEvent
from cms.importing.wordpress import read_wxr

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SITE = "gazette.example"
Event = TypeVar("Event")


def cdata(text: str) -> str:
    """Text as WordPress writes it, split where it would close the section."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def meta(**values: str) -> str:
    """Custom fields of an item."""
    rows = (
        f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value>{cdata(value)}</wp:meta_value></wp:postmeta>"
        for key, value in values.items()
    )
    return "".join(rows)


def post(
    body: str = "",
    *,
    number: int | str = 1,
    title: str = "A title",
    slug: str = "a-title",
    status: str = "publish",
    noun: str = "post",
    date_gmt: str = "2024-03-01 10:00:00",
    creator: str = "ada",
    excerpt: str = "",
    link: str | None = None,
    more: str = "",
) -> str:
    """One item; `more` is XML that goes in as it is."""
    return (
        f"<item><title>{cdata(title)}</title><link>{link or f'https://{SITE}/{slug}/'}</link><dc:creator>{cdata(creator)}</dc:creator>"
        f"<content:encoded>{cdata(body)}</content:encoded><excerpt:encoded>{cdata(excerpt)}</excerpt:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:post_date_gmt>{date_gmt}</wp:post_date_gmt><wp:post_name>{cdata(slug)}</wp:post_name>"
        f"<wp:status>{status}</wp:status><wp:post_type>{noun}</wp:post_type>{more}</item>"
    )


def attachment(
    number: int, file: str, *, caption: str = "", alt: str = "", parent: int = 0, more: str = ""
) -> str:
    """One file of the media library."""
    url = f"<wp:attachment_url>https://{SITE}/wp-content/uploads/{file}</wp:attachment_url><wp:post_parent>{parent}</wp:post_parent>"
    fields = url + (meta(_wp_attachment_image_alt=alt) if alt else "") + more
    return post(
        "",
        number=number,
        title=file,
        slug=file,
        status="inherit",
        noun="attachment",
        excerpt=caption,
        more=fields,
    )


AUTHOR = (
    "<wp:author><wp:author_login>ada</wp:author_login><wp:author_email>ada@gazette.example</wp:author_email>"
    "<wp:author_display_name>Ada Marsh</wp:author_display_name></wp:author>"
)


def export(*items: str, head: str = AUTHOR, version: str = "1.2", scheme: str = "http") -> str:
    """A whole export of the site `gazette.example`."""
    base = f"{scheme}://wordpress.org/export/{version}/"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:excerpt="{base}excerpt/" xmlns:wp="{base}" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>'
        f"<title>Gazette</title><link>https://www.{SITE}</link><wp:base_blog_url>https://{SITE}</wp:base_blog_url>{head}\n"
        + "\n<!-- between -->\n".join(items)
        + "\n</channel></rss>"
    )


def read(folder: Path, *files: str, custom_types: Sequence[str] = ()) -> list[ImportEvent]:
    """Everything that is read from these files, which are one import."""
    paths = [folder / f"export-{number}.xml" for number in range(len(files))]
    for path, text in zip(paths, files, strict=True):
        path.write_text(text, encoding="utf-8")
    return list(read_wxr(paths, custom_types=custom_types, now=NOW))


def only(events: Sequence[ImportEvent], sort: type[Event]) -> list[Event]:
    """The events of one sort."""
    return [event for event in events if isinstance(event, sort)]


def read_post(folder: Path, body: str = "", *others: str, more: str = "") -> ImportedArticle:
    """The article that one post with this body becomes."""
    return next(
        article
        for article in only(read(folder, export(post(body, more=more), *others)), ImportedArticle)
        if article.source_key.endswith("/post/1")
    )
