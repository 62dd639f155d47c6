"""docs/permissions.md says what the table of roles and the schema say."""

from cms.config import PROJECT_ROOT
from cms.graphql import make_schema
from cms.permissions import Permission, Role
from cms.permissions_page import mark, needs_of, permissions_page


def test_the_page_is_the_one_that_the_table_makes() -> None:
    assert (PROJECT_ROOT / "docs/permissions.md").read_text() == permissions_page(), "run “make docs”"


def test_every_mutation_says_what_it_needs() -> None:
    mutations = make_schema()._schema.mutation_type  # pyright: ignore[reportPrivateUsage]  (no public name)
    assert mutations is not None
    silent = [name for name, field in mutations.fields.items() if needs_of(field.description or "") is None]
    assert silent == []


def test_the_marks_tell_all_from_one_s_own() -> None:
    everything, own = Permission.ARTICLE_UPDATE, Permission.ARTICLE_UPDATE_OWN
    marks = [mark(role, everything, own) for role in Role]
    assert marks == ["", "○", "○", "●", "●"]
