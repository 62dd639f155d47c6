"""The body of an article, a page or a contribution: Markdown in; HTML, typed blocks, text, outline, counts out.

Pure functions: no database, no settings, no other slice. `derive_body` runs once, when a body is written, and what it gives is
stored; `resolve_html` and `resolve_blocks` run at each read and only put in the addresses of images and articles.

What is understood is told in docs/markdown.md. What holds of every body, whoever wrote it:

- The HTML and that of each block is sanitised by an allow list and is its own fixed point; ids stand on headings and footnotes only.
- Images and articles are referred to by id (`asset:asset_…`, `article:article_…`), never by address. Ids that cannot be are in
  `malformed_references`; whether the others name something is for the caller to check, who has the database.
- A block's key depends on that block's Markdown alone, so that editing one block leaves the keys of the others.

The modules, in the order in which a text passes them: `source`, `parting` (pieces that mean the same on their own) with `direct` (the plain
ones, which are blocks at once), `grammar` (tokens, HTML) with `quick`, `shaping` and `anchors` (figures,
callouts, attributions, anchors), `spans` (what belongs to one block), `sanitising` and `references`, `blocks` with `lists`, `tables`
and `embeds`, `packing` (as they are stored), `plain` (text), `counting`, `excerpts`; and `resolving` for reads.
"""

from cms.body.counting import Counts, count_words, reading_minutes
from cms.body.deriving import DerivedBody, derive_body
from cms.body.excerpts import cut_excerpt
from cms.body.packing import pack_blocks, unpack_blocks
from cms.body.resolving import ResolvedArticle, ResolvedAsset, resolve_blocks, resolve_html
from cms.body.sanitising import sanitise_html

__all__ = [
    "Counts",
    "DerivedBody",
    "ResolvedArticle",
    "ResolvedAsset",
    "count_words",
    "cut_excerpt",
    "derive_body",
    "pack_blocks",
    "reading_minutes",
    "resolve_blocks",
    "resolve_html",
    "sanitise_html",
    "unpack_blocks",
]
