"""Articles that must wait for others, kept on disk: a large import does not fit into memory."""

import pickle
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from cms.importing.documents import ImportedArticle


class DeferredArticles:
    """Articles in a file, in the order in which they came."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._count = 0

    def add(self, article: ImportedArticle) -> None:
        """Put an article at the end."""
        pickle.dump(article, self._file)
        self._count += 1

    def take_all(self) -> Iterator[ImportedArticle]:
        """Every article; none can be added any more."""
        self._file.seek(0)
        for _ in range(self._count):
            yield pickle.load(self._file)  # noqa: S301  (this process has written it itself)


@contextmanager
def deferring_articles() -> Generator[DeferredArticles]:
    """Room for articles during the block, in a file without a name: it goes with the process, whatever ends that."""
    with TemporaryFile(prefix="kiosque-import-") as file:
        yield DeferredArticles(file)
