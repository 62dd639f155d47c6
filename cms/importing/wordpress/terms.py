"""Categories, tags and other taxonomies; Polylang's languages and translations, which look like taxonomies."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cms.importing.documents import ImportedTerm, ImportWarning, TermKind
from cms.importing.html import plain_text
from cms.importing.wordpress.index import SourceIndex
from cms.importing.wordpress.names import XmlElement, export_field
from cms.importing.wordpress.php import NotReadable, unserialised_map
from cms.importing.wordpress.slugs import decoded_slug

CATEGORY = "category"
TAG_NAMES = {"post_tag": "tag", "tag": "tag"}
LEFT_OUT = frozenset(
    (
        *(
            "nav_menu",
            "link_category",
            "post_format",
            "wp_theme",
            "wp_template_part_area",
            "wp_pattern_category",
        ),
        *("author", "language", "term_language", "term_translations", "post_translations"),
    )
)
LEFT_OUT_PREFIXES = ("product_", "pa_")
DEFAULT_CATEGORIES = frozenset({"uncategorized", "uncategorised"})


def is_left_out(taxonomy: str) -> bool:
    """Whether a taxonomy says nothing that a reader of articles needs."""
    return taxonomy in LEFT_OUT or taxonomy.startswith(LEFT_OUT_PREFIXES)


def term_key(site: str, taxonomy: str, slug: str) -> str:
    """The source key of a term, whether its slug is written as a slug or as a name."""
    return f"{site}/{TAG_NAMES.get(taxonomy, taxonomy)}/{'-'.join(slug.casefold().split())}"


def declare_term(index: SourceIndex, site: str, element: XmlElement, where: str) -> None:
    """Take up a term of the channel: `wp:category`, `wp:tag` or `wp:term`."""
    local = element.tag.rsplit("}", 1)[-1]
    taxonomy = {"category": CATEGORY, "tag": "post_tag"}.get(local) or export_field(element, "term_taxonomy")
    slug, name, parent, description = (export_field(element, field) for field in TERM_FIELDS[local])
    if taxonomy in ("language", "post_translations"):
        declare_translations(index, site, taxonomy, slug, description=description, where=where)
    if not taxonomy or is_left_out(taxonomy) or not (slug or name):
        return
    key = add_term(
        index, site, taxonomy, slug or name, name, parent=parent, description=plain_text(description)
    )
    if term_id := export_field(element, "term_id"):
        index.term_keys_by_id[f"{site}/{term_id}"] = key


TERM_FIELDS = {
    "category": ("category_nicename", "cat_name", "category_parent", "category_description"),
    "tag": ("tag_slug", "tag_name", "tag_parent", "tag_description"),
    "term": ("term_slug", "term_name", "term_parent", "term_description"),
}


def add_term(
    index: SourceIndex,
    site: str,
    taxonomy: str,
    slug: str,
    name: str,
    *,
    parent: str = "",
    description: str = "",
) -> str:
    """Take up a term under its key; the first of one key stays. Returns the key."""
    decoded = decoded_slug(slug) or slug
    key = term_key(site, taxonomy, decoded)
    kind = TermKind.CATEGORY if taxonomy == CATEGORY else TermKind.TAG
    parent_key = (
        term_key(site, taxonomy, decoded_slug(parent) or parent)
        if parent and kind is TermKind.CATEGORY
        else None
    )
    if key not in index.terms:
        index.terms[key] = ImportedTerm(
            key, kind, decoded, plain_text(name) or decoded, parent_key, description or None
        )
    return key


def declare_translations(
    index: SourceIndex, site: str, taxonomy: str, slug: str, *, description: str, where: str
) -> None:
    """Take up Polylang's languages, and which items are translations of one another. Broken values are told."""
    try:
        value = unserialised_map(description) if description else {}
    except NotReadable as error:
        index.warnings.append(
            ImportWarning(where, f"The value of {taxonomy} “{slug}” could not be read: {error}")
        )
        return
    if taxonomy == "language":
        index.locales[slug] = locale_of(slug, str(value.get("locale", "")))
        return
    for language, item_id in value.items():
        if language != "sync" and str(item_id).isdigit():
            index.translations[f"{site}/{item_id}"] = (f"{site}/translations/{slug}", str(language))


def locale_of(slug: str, wordpress_locale: str = "") -> str:
    """BCP 47 from a language's slug (`fr`, `pt-br`), or from WordPress's locale (`pt_BR`) where the slug is no language."""
    for text in (slug, wordpress_locale):
        if re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", text):
            first, *rest = re.split(r"[-_]", text)
            return "-".join(
                [
                    first.lower(),
                    *(
                        part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower()
                        for part in rest
                    ),
                ]
            )
    return ""


def item_terms(index: SourceIndex, site: str, item: XmlElement) -> tuple[str, ...]:
    """The terms of an item, categories first, taken up if the channel does not declare them."""
    keys = [
        key
        for taxonomy, slug, name in labels(item)
        if (key := key_of_label(index, site, taxonomy, slug, name))
    ]
    categories = [key for key in keys if index.terms[key].kind is TermKind.CATEGORY]
    return tuple(dict.fromkeys([*categories, *keys]))


def key_of_label(index: SourceIndex, site: str, taxonomy: str, slug: str, name: str) -> str | None:
    """The key of an item's label. A label without a slug is found by its name first."""
    if is_left_out(taxonomy) or not (slug or name):
        return None
    if not slug:
        wanted = name.casefold()
        kinds = (TermKind.CATEGORY,) if taxonomy == CATEGORY else (TermKind.TAG,)
        same = (
            key
            for key, term in index.terms.items()
            if term.name.casefold() == wanted and term.kind in kinds and key.startswith(f"{site}/")
        )
        if (found := next(same, None)) is not None:
            return found
    return add_term(index, site, taxonomy, slug or name, name)


def labels(item: XmlElement) -> Iterator[tuple[str, str, str]]:
    """Taxonomy, slug and name of each `<category>`. WXR 1.0 repeats each without a taxonomy: such twins are passed over."""
    written = [
        (node.get("domain") or "", node.get("nicename") or "", "".join(node.itertext()).strip())
        for node in item.iterfind("category")
    ]
    named = {name.casefold() for taxonomy, _, name in written if taxonomy}
    for taxonomy, slug, name in written:
        if taxonomy or name.casefold() not in named:
            yield taxonomy or CATEGORY, slug, name


def section_of(index: SourceIndex, site: str, keys: Iterable[str], primary_id: str) -> str | None:
    """The category that stands first: the one that an SEO plugin calls primary, else the first that is not the default."""
    categories = [key for key in keys if index.terms[key].kind is TermKind.CATEGORY]
    if primary_id and (primary := index.term_keys_by_id.get(f"{site}/{primary_id}")) in categories:
        return primary
    return next(
        (key for key in categories if index.terms[key].slug not in DEFAULT_CATEGORIES),
        categories[0] if categories else None,
    )


def in_tree_order(terms: dict[str, ImportedTerm]) -> Iterator[ImportedTerm]:
    """Parents before children. A parent that is missing, or that is its own descendant, is left out."""
    done: set[str] = set()
    for term in terms.values():
        chain = unfinished_chain(term, terms, done)
        for one in reversed(chain):
            parent_is_there = one.parent_key in done
            done.add(one.source_key)
            yield one if parent_is_there or one.parent_key is None else replace(one, parent_key=None)


def unfinished_chain(
    term: ImportedTerm, terms: dict[str, ImportedTerm], done: set[str]
) -> list[ImportedTerm]:
    """A term and its ancestors that have not come yet, up to a circle."""
    chain: list[ImportedTerm] = []
    seen: set[str] = set()
    current: ImportedTerm | None = term
    while current is not None and current.source_key not in done and current.source_key not in seen:
        seen.add(current.source_key)
        chain.append(current)
        current = terms.get(current.parent_key) if current.parent_key else None
    return chain
