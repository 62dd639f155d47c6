"""Articles that must wait for others, kept on disk: a large import does not fit into memory."""

import pickle
from collections.abc import Iterator
from tempfile import TemporaryFile

from cms.importing.documents import ImportedArticle


class DeferredArticles:
    """A file without a name, gone with the process, that holds articles in their order."""

    def __init__(self) -> None:
        self._file = TemporaryFile(prefix="kiosque-import-")  # noqa: SIM115  (`take_all` closes it)
        self._count = 0

    def add(self, article: ImportedArticle) -> None:
        """Put an article at the end."""
        pickle.dump(article, self._file)
        self._count += 1

    def take_all(self) -> Iterator[ImportedArticle]:
        """Every article, in the order in which they came; the file is closed after the last."""
        with self._file:
            self._file.seek(0)
            for _ in range(self._count):
                yield pickle.load(self._file)  # noqa: S301  (this process has written it itself)
