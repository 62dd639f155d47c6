"""One run of an import: where it writes, what it may, and what it has learned so far."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cms.assets.uploads import Depot
from cms.ids import public_id
from cms.importing.documents import ImportedAsset, ImportedTerm, SkippedItem
from cms.importing.options import ImportOptions
from cms.importing.pictures import Pictures
from cms.importing.summary import Outcome, Summary, Taken
from cms.permissions import Actor


@dataclass(frozen=True, slots=True)
class StoredAsset:
    """An asset that is here. The texts are set only where the asset was made of another file and says something else."""

    asset_id: UUID
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass
class ImportRun:
    """The state of one run. The mappings go from source keys to rows here; what could not be stored is missing in them."""

    depot: Depot
    actor: Actor
    options: ImportOptions
    pictures: Pictures
    summary: Summary
    is_rehearsal: bool = False
    authors: dict[str, UUID] = field(default_factory=dict[str, UUID])
    sections: dict[str, UUID] = field(default_factory=dict[str, UUID])
    tags: dict[str, UUID] = field(default_factory=dict[str, UUID])
    articles: dict[str, UUID] = field(default_factory=dict[str, UUID])
    assets: dict[str, StoredAsset] = field(default_factory=dict[str, StoredAsset])
    terms: dict[str, ImportedTerm] = field(default_factory=dict[str, ImportedTerm])
    asset_addresses: dict[str, str] = field(default_factory=dict[str, str])
    """Where each file of the source was, stored or not."""
    article_addresses: dict[str, str] = field(default_factory=dict[str, str])
    """Where each piece of the source was, stored or not."""
    begun: set[str] = field(default_factory=set[str])
    """The articles that this run has made and not finished yet."""

    @property
    def source(self) -> str:
        """The name under which the memory keeps this import."""
        return self.options.source

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A transaction: what it wrote is there for good, or not at all."""
        return self.depot.database.transaction()

    def take(self, noun: str, source_key: str, outcome: Outcome, key: UUID) -> None:
        """Count something that is here."""
        self.summary.take(Taken(noun, source_key, outcome, public_id(noun, key)))

    def skip(self, where: str, noun: str, reason: str) -> None:
        """Count something that was left out."""
        self.summary.skip(SkippedItem(where, noun, reason))

    def note_address(self, asset: ImportedAsset) -> None:
        """Remember where a file was."""
        self.asset_addresses[asset.source_key] = asset.url
