"""The first pass: what the import holds, and what becomes of each item."""

from hashlib import sha256

from cms.importing.documents import ImportWarning
from cms.importing.wordpress.addresses import SourceSite, joined, reduced_address
from cms.importing.wordpress.articles import credits_of
from cms.importing.wordpress.attachments import asset_of
from cms.importing.wordpress.authors import public_name
from cms.importing.wordpress.index import REUSABLE_CHARACTERS_MAX, ItemPlan, SourceIndex
from cms.importing.wordpress.names import CONTENT, XmlElement, export_field, export_tags, field, raw_field
from cms.importing.wordpress.statuses import LEFT_OUT
from cms.importing.wordpress.terms import declare_term, item_terms

REASONS = {
    "nav_menu_item": "menus belong to the frontend",
    "wp_navigation": "menus belong to the frontend",
    "wp_global_styles": "the look of a site belongs to the frontend",
    "wp_template": "the look of a site belongs to the frontend",
    "wp_template_part": "the look of a site belongs to the frontend",
    "wp_font_family": "the look of a site belongs to the frontend",
    "wp_font_face": "the look of a site belongs to the frontend",
    "custom_css": "the look of a site belongs to the frontend",
    "customize_changeset": "the look of a site belongs to the frontend",
    "oembed_cache": "WordPress made it by itself, nobody wrote in it",
    "revision": "only the present version of a piece is taken",
    "product": "Kiosque is no shop",
    "product_variation": "Kiosque is no shop",
    "shop_order": "Kiosque is no shop",
    "shop_coupon": "Kiosque is no shop",
}


def plan_part(
    index: SourceIndex, site: SourceSite, part: XmlElement, where: str, types: frozenset[str]
) -> None:
    """Take one part of the channel into the index; for an item, add its plan."""
    if part.tag == "item":
        index.plans.append(plan_item(index, site, part, where, types))
    elif part.tag in export_tags("author"):
        index.authors.declare(
            site.name,
            login=export_field(part, "author_login"),
            email=export_field(part, "author_email"),
            display_name=export_field(part, "author_display_name"),
            first_name=export_field(part, "author_first_name"),
            last_name=export_field(part, "author_last_name"),
        )
    elif part.tag not in ("title", "link"):
        declare_term(index, site.name, part, where)


def plan_item(
    index: SourceIndex, site: SourceSite, item: XmlElement, where: str, types: frozenset[str]
) -> ItemPlan:
    """What becomes of an item. What others may refer to is taken into the index now."""
    noun = type_of(item)
    if noun == "attachment":
        return plan_attachment(index, site, item, where)
    if noun == "wp_block":
        return plan_reusable_block(index, site, item, where)
    reason = reason_to_leave_out(item, noun, types)
    if reason is not None:
        return ItemPlan(site, noun=noun or "item", left_out=reason)
    return plan_article(index, site, item, where, noun)


def type_of(item: XmlElement) -> str:
    """The type of an item. Exports of other programs leave it out; an item with text is a post then."""
    noun = export_field(item, "post_type")
    if not noun and export_field(item, "attachment_url"):
        return "attachment"
    return noun or ("post" if raw_field(item, (CONTENT,)).strip() else "")


def reason_to_leave_out(item: XmlElement, noun: str, types: frozenset[str]) -> str | None:
    """Why an item is not taken; None for one that is."""
    if not noun:
        return "it has neither a type nor a text"
    if noun not in types:
        return REASONS.get(
            noun, "it is of a type that a plugin or theme made; name the type to take it as articles"
        )
    return LEFT_OUT.get(export_field(item, "status"))


def plan_attachment(index: SourceIndex, site: SourceSite, item: XmlElement, where: str) -> ItemPlan:
    """Take a file into the index."""
    asset = asset_of(index, site, item, where)
    if asset is None:
        return ItemPlan(site, noun="attachment", left_out="the export names no file for it")
    if asset.source_key in index.attachments and index.attachments[asset.source_key] != asset:
        return ItemPlan(
            site, noun="attachment", left_out="its number is taken by another file, which came first"
        )
    parent = export_field(item, "post_parent")
    index.add_attachment(asset, f"{site.name}/{parent}" if parent not in ("", "0") else None)
    if page := field(item, "link"):
        index.attachment_pages.setdefault(reduced_address(joined(page, site.url)), asset.source_key)
    index.attachment_pages.setdefault(
        f"{site.name}?attachment_id={export_field(item, 'post_id')}", asset.source_key
    )
    return ItemPlan(site, noun="attachment")


def plan_reusable_block(index: SourceIndex, site: SourceSite, item: XmlElement, where: str) -> ItemPlan:
    """Keep the content of a reusable block, which is put in wherever a body refers to it."""
    content = raw_field(item, (CONTENT,))
    index.reusable_characters += len(content)
    if index.reusable_characters > REUSABLE_CHARACTERS_MAX:
        index.warnings.append(
            ImportWarning(where, "The export holds too much in reusable blocks; this one was not kept")
        )
        return ItemPlan(site, noun="wp_block", left_out="the export holds too much in reusable blocks")
    index.reusable_blocks[f"{site.name}/{export_field(item, 'post_id')}"] = content
    return ItemPlan(site, noun="wp_block")


def plan_article(index: SourceIndex, site: SourceSite, item: XmlElement, where: str, noun: str) -> ItemPlan:
    """Give a piece its key, and take up its addresses, authors and terms."""
    key = key_of(index, site, item)
    if key is None:
        return ItemPlan(site, noun=noun, left_out="it is in the import twice; the first is taken")
    item_id = export_field(item, "post_id")
    index.article_keys_by_id.setdefault(f"{site.name}/{item_id}", key)
    addresses = [joined(link, site.url) for link in (field(item, "link"), field(item, "guid")) if link]
    short = [f"{site.name}?p={item_id}", f"{site.name}?page_id={item_id}"] if item_id else []
    for address in [*(reduced_address(link) for link in addresses), *short]:
        if address and address != site.name:
            index.permalinks.setdefault(address, key)
    take_up_authors(index, site, item, where)
    item_terms(index, site.name, item)
    index.comments += sum(1 for _ in item.iterchildren(*export_tags("comment")))
    return ItemPlan(site, key, noun)


def key_of(index: SourceIndex, site: SourceSite, item: XmlElement) -> str | None:
    """The source key of a piece: by its number, or by its address where it has none. None for one that came before.

    A number that came before with another title and address is another piece, of another export: it gets a key of its own.
    """
    item_id = export_field(item, "post_id")
    identity = (field(item, "link"), field(item, "title"), export_field(item, "post_date"))
    digest = sha256("\n".join(identity).encode()).hexdigest()[:16]
    for key in (f"{site.name}/post/{item_id or digest}", f"{site.name}/post/{item_id or 'item'}~{digest}"):
        if key not in index.titles:
            index.titles[key] = identity
            return key
        if index.titles[key] == identity:
            return None
    return None


def take_up_authors(index: SourceIndex, site: SourceSite, item: XmlElement, where: str) -> None:
    """Take up the authors that an item names, and tell of those that the export does not declare."""
    for credit in credits_of(item):
        before = len(index.authors)
        index.authors.key_of(site.name, credit)
        if len(index.authors) > before:
            name = public_name(credit.name or credit.login)
            index.warnings.append(
                ImportWarning(
                    where,
                    f"The export does not declare the author “{name[:80]}”; an author of that name is made",
                )
            )
