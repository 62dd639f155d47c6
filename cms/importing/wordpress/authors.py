"""Authors: those the export declares, and those that items name without a declaration."""

import re
from dataclasses import dataclass
from hashlib import sha256

from cms.importing.documents import ImportedAuthor

JUNK = "<>\"' \t\r\n\u00a0"


@dataclass(frozen=True, slots=True)
class Credit:
    """A name as an item has it: login, or a co-author's slug and name."""

    login: str
    name: str | None = None
    slug: str | None = None


class AuthorRegister:
    """Every author once, found by login, e-mail address, slug or name, in any case."""

    def __init__(self) -> None:
        self._authors: dict[str, ImportedAuthor] = {}
        self._keys: dict[tuple[str, str], str] = {}

    def all(self) -> list[ImportedAuthor]:
        """The authors in the order in which they were met."""
        return list(self._authors.values())

    def __len__(self) -> int:
        return len(self._authors)

    def declare(
        self, site: str, *, login: str, email: str, display_name: str, first_name: str, last_name: str
    ) -> None:
        """Take up an author of the export's list; the first declaration of a login stays."""
        identity = cleaned(login) or email or display_name
        if not identity or (site, identity.casefold()) in self._keys:
            return
        name = display_name or f"{first_name} {last_name}".strip() or identity
        self._add(
            site, identity, ImportedAuthor(author_key(site, identity), None, public_name(name), email or None)
        )
        for alias in (email, slug_like(login), display_name):
            if alias:
                self._keys.setdefault((site, alias.casefold()), author_key(site, identity))

    def key_of(self, site: str, credit: Credit) -> str | None:
        """The author that an item credits, taken up by name if the export does not declare one. None: nobody is named."""
        names = [
            cleaned(credit.login),
            cleaned((credit.slug or "").removeprefix("cap-")),
            cleaned(credit.name or ""),
        ]
        for name in filter(None, names):
            if key := self._keys.get((site, name.casefold())) or self._keys.get((site, slug_like(name))):
                return key
        identity = next(filter(None, names), None)
        if identity is None:
            return None
        slug = (credit.slug or "").removeprefix("cap-") or None
        return self._add(
            site,
            identity,
            ImportedAuthor(
                author_key(site, identity), slug, public_name(names[2] or identity), email_in(identity)
            ),
        )

    def is_known(self, site: str, login: str) -> bool:
        """Whether this login, or one that differs only in case, was taken up."""
        return (site, cleaned(login).casefold()) in self._keys

    def _add(self, site: str, identity: str, author: ImportedAuthor) -> str:
        self._authors.setdefault(author.source_key, author)
        for alias in (identity.casefold(), slug_like(identity)):
            self._keys.setdefault((site, alias), author.source_key)
        return author.source_key


def cleaned(login: str) -> str:
    """A login without the white space and brackets that some exports leave around it."""
    return login.strip(JUNK)


def slug_like(name: str) -> str:
    """A name as WordPress would write it in an address."""
    return re.sub(r"[^\w]+", "-", name.casefold()).strip("-")


def public_name(name: str) -> str:
    """A name to print: of an e-mail address only what stands before the @."""
    return name.split("@", 1)[0] if email_in(cleaned(name)) else name


def email_in(text: str) -> str | None:
    """The text, if it is an e-mail address."""
    return text if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) else None


def author_key(site: str, identity: str) -> str:
    """The source key. It may be logged, so an e-mail address in it is replaced by its beginning and a digest."""
    text = identity.casefold()
    if email_in(text):
        text = f"{text.split('@', 1)[0]}-{sha256(text.encode()).hexdigest()[:8]}"
    return f"{site}/author/{text}"
