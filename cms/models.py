"""Every table, so that migrations and tests see all of them."""

from cms import secret_keys
from cms.accounts import models as accounts
from cms.articles import models as articles
from cms.articles.previews import models as previews
from cms.articles.workflow import models as workflow
from cms.assets import models as assets
from cms.audit import models as audit
from cms.authors import models as authors
from cms.database import metadata
from cms.events import models as events
from cms.importing import models as importing
from cms.site import models as site
from cms.taxonomy import models as taxonomy

__all__ = [
    "accounts",
    "articles",
    "assets",
    "audit",
    "authors",
    "events",
    "importing",
    "metadata",
    "previews",
    "secret_keys",
    "site",
    "taxonomy",
    "workflow",
]
