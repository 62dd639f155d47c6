"""What the first pass remembers: everything that articles refer to, and where each item goes. Bodies are not kept."""

from dataclasses import dataclass, field

from cms.importing.documents import ImportedAsset, ImportedTerm, ImportWarning
from cms.importing.wordpress.addresses import SourceSite, reduced_file
from cms.importing.wordpress.authors import AuthorRegister

REUSABLE_CHARACTERS_MAX = 20_000_000


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """What becomes of one item: it is an article under this key, or is left out for this reason, or came as an asset."""

    site: SourceSite
    key: str | None = None
    noun: str = "item"
    left_out: str | None = None


@dataclass(slots=True)
class SourceIndex:
    """The memory of the first pass. Keys are source keys, unless said otherwise."""

    authors: AuthorRegister = field(default_factory=AuthorRegister)
    terms: dict[str, ImportedTerm] = field(default_factory=dict[str, ImportedTerm])
    term_keys_by_id: dict[str, str] = field(default_factory=dict[str, str])
    attachments: dict[str, ImportedAsset] = field(default_factory=dict[str, ImportedAsset])
    attachment_keys_by_file: dict[str, str] = field(default_factory=dict[str, str])
    attachment_keys_by_item: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    attachment_pages: dict[str, str] = field(default_factory=dict[str, str])
    permalinks: dict[str, str] = field(default_factory=dict[str, str])
    article_keys_by_id: dict[str, str] = field(default_factory=dict[str, str])
    reusable_blocks: dict[str, str] = field(default_factory=dict[str, str])
    reusable_characters: int = 0
    locales: dict[str, str] = field(default_factory=dict[str, str])
    translations: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    titles: dict[str, tuple[str, str, str]] = field(default_factory=dict[str, tuple[str, str, str]])
    plans: list[ItemPlan] = field(default_factory=list[ItemPlan])
    warnings: list[ImportWarning] = field(default_factory=list[ImportWarning])
    comments: int = 0

    def attachment_at(self, url: str) -> ImportedAsset | None:
        """The attachment whose file, in any of its sizes, has this address."""
        key = self.attachment_keys_by_file.get(reduced_file(url))
        return self.attachments.get(key) if key else None

    def add_attachment(self, asset: ImportedAsset, item_key: str | None) -> None:
        """Remember a file, and the item it was uploaded to. The first of two with one id stays."""
        if asset.source_key in self.attachments:
            return
        self.attachments[asset.source_key] = asset
        self.attachment_keys_by_file.setdefault(reduced_file(asset.url), asset.source_key)
        if item_key is not None and item_key != asset.source_key:
            self.attachment_keys_by_item.setdefault(item_key, []).append(asset.source_key)

    def attachments_of(self, item_key: str) -> list[ImportedAsset]:
        """The files that were uploaded to an item, in the export's order."""
        return [self.attachments[key] for key in self.attachment_keys_by_item.get(item_key, [])]
