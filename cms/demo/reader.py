"""Reads the files of the demo newsroom and checks that every name in them leads somewhere. Touches nothing else."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from cms.demo.consistency import faults
from cms.demo.newsroom import Article, Author, Image, Newsroom, Page, Section, Site, Tag
from cms.errors import Invalid, Problems

CONTENT = Path(__file__).parent / "content"

Thing = TypeVar("Thing")


def read_newsroom(folder: Path = CONTENT) -> Newsroom:
    """The newsroom in a folder.

    Raises Problems if a file has an unknown or missing key or a wrong value (naming the file), or if a name leads nowhere.
    """
    newsroom = Newsroom(
        site=parsed(Site, load(folder / "site.yaml"), folder / "site.yaml"),
        authors=parsed(tuple[Author, ...], load(folder / "authors.yaml"), folder / "authors.yaml"),
        sections=parsed(tuple[Section, ...], load(folder / "sections.yaml"), folder / "sections.yaml"),
        tags=parsed(tuple[Tag, ...], load(folder / "tags.yaml"), folder / "tags.yaml"),
        images=read_images(folder),
        articles=read_articles(folder / "articles"),
        pages=tuple(read_documents(Page, folder / "pages")),
    )
    if found := faults(newsroom):
        raise Problems([Invalid(fault) for fault in found])
    return newsroom


def read_images(folder: Path) -> dict[str, Image]:
    """The pictures that images.yaml describes, by file name."""
    described = parsed(dict[str, dict[str, str]], load(folder / "images.yaml"), folder / "images.yaml")
    return {
        name: parsed(Image, {**texts, "path": folder / "images" / name}, folder / "images.yaml")
        for name, texts in described.items()
    }


def read_articles(folder: Path) -> tuple[Article, ...]:
    """The articles in a folder: originals before translations, and the oldest first."""
    articles = read_documents(Article, folder)
    return tuple(
        sorted(articles, key=lambda each: (each.translation_of is not None, -each.days_ago, each.slug))
    )


def read_documents(kind: type[Thing], folder: Path) -> Iterator[Thing]:
    """The Markdown files below a folder, by path: the front matter gives the fields, the rest the body."""
    for path in sorted(folder.rglob("*.md")):
        fields, body = split_front_matter(path)
        yield parsed(kind, {**fields, "body": body}, path)


def split_front_matter(path: Path) -> tuple[dict[str, Any], str]:
    """The YAML between the two lines of three hyphens, and the text after it."""
    opening, separator, rest = path.read_text(encoding="utf-8").partition("---\n")
    matter, closing, body = rest.partition("\n---\n")
    if opening or not separator or not closing:
        raise Problems([Invalid(f"{path.name}: begin with front matter between two lines of `---`.")])
    return parsed(dict[str, Any], safely(matter, path), path), body


def load(path: Path) -> object:
    """What a YAML file holds."""
    return safely(path.read_text(encoding="utf-8"), path)


def safely(text: str, path: Path) -> object:
    """What YAML text holds; Problems names the file if it is not YAML."""
    try:
        return cast("object", yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise Problems([Invalid(f"{path.name}: {error}")]) from error


def parsed(kind: type[Thing], value: object, path: Path) -> Thing:
    """The value as that type; Problems names the file and each wrong field otherwise."""
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise Problems(list(_problems(error, path))) from error


def _problems(error: ValidationError, path: Path) -> Iterable[Invalid]:
    for detail in error.errors():
        place = ".".join(str(step) for step in detail["loc"])
        yield Invalid(f"{path.name}: {place}: {detail['msg']}", place)
