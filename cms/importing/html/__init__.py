"""HTML of articles to Markdown, for every format that carries HTML."""

from cms.importing.html.conversion import ConvertedBody, convert_html
from cms.importing.html.plain import plain_text
from cms.importing.html.targets import ImageTarget, Targets

__all__ = ["ConvertedBody", "ImageTarget", "Targets", "convert_html", "plain_text"]
