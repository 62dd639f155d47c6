"""The normalised tables as SQLAlchemy's ORM sees them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All of them, in their own schema."""


class _InPeers:
    __table_args__ = {"schema": "peers"}  # noqa: RUF012  (SQLAlchemy wants it so)


class Asset(_InPeers, Base):
    """A picture."""

    __tablename__ = "asset"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    url: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]


class Author(_InPeers, Base):
    """A person who signs."""

    __tablename__ = "author"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]


class Tag(_InPeers, Base):
    """A word that articles share."""

    __tablename__ = "tag"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]


class Article(_InPeers, Base):
    """An article; a draft has no date."""

    __tablename__ = "article"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    slug: Mapped[str]
    title: Mapped[str]
    excerpt: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    cover_id: Mapped[UUID | None] = mapped_column(ForeignKey("peers.asset.id"))
    cover_alt: Mapped[str | None]


class ArticleAuthor(_InPeers, Base):
    """Who made an article, in order."""

    __tablename__ = "article_author"
    article_id: Mapped[UUID] = mapped_column(ForeignKey("peers.article.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("peers.author.id"))


class ArticleTag(_InPeers, Base):
    """The tags of an article, in order."""

    __tablename__ = "article_tag"
    article_id: Mapped[UUID] = mapped_column(ForeignKey("peers.article.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(ForeignKey("peers.tag.id"))


class Related(_InPeers, Base):
    """The articles that an article points to, in order."""

    __tablename__ = "related"
    article_id: Mapped[UUID] = mapped_column(ForeignKey("peers.article.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    related_id: Mapped[UUID] = mapped_column(ForeignKey("peers.article.id"))


class Token(_InPeers, Base):
    """A bearer's token, by its digest."""

    __tablename__ = "token"
    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    name: Mapped[str]
