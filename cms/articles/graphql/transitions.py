"""What was done with an article, and what will be at a set time, as the desk reads it."""

import strawberry

from cms.articles.kinds import ArticleStatus, WorkflowStep
from cms.reading.connections import PageInfo
from cms.reading.fields import (
    column,
    cursor_field,
    edges_field,
    node_field,
    nodes_field,
    page_info_field,
    total_count_field,
)
from cms.reading.scalars import DateTime


@strawberry.type(description="A step of an article on its way.")
class ArticleTransition:
    step: WorkflowStep = column("step", "What was done.")
    from_status: ArticleStatus = column("from_status", "Where it stood before.")
    to_status: ArticleStatus = column("to_status", "Where it stood afterwards.")
    version: int = column("version", "The number of the version that was the draft then.")
    note: str | None = column("note", "Why: the `message` of the mutation; what went wrong, if it failed.")
    actor_name: str = column("actor_name", "Who did it, or had scheduled it.")
    created_at: DateTime = column("created_at", "When.")


@strawberry.type(description="A step on a page of a connection.")
class ArticleTransitionEdge:
    cursor: str = cursor_field()
    node: ArticleTransition = node_field("The step.")


@strawberry.type(description="A page of an article's steps, the newest first.")
class ArticleTransitionConnection:
    edges: list[ArticleTransitionEdge] = edges_field()
    nodes: list[ArticleTransition] = nodes_field()
    page_info: PageInfo = page_info_field()
    total_count: int = total_count_field()


@strawberry.type(description="What is to be done with an article at set times, or could not be done.")
class ArticleSchedule:
    publish_at: DateTime | None = column("publish_at", "When a version is published.")
    unpublish_at: DateTime | None = column("unpublish_at", "When the article is unpublished.")
    time_zone: str = column(
        "time_zone",
        "The zone that the times are meant in: as it was given, by name or as an offset.",
    )
    version: int | None = column(
        "version",
        "The number of the version that is published: the draft, unless somebody who may not skip the review has changed it since.",
    )
    actor_name: str = column("actor_name", "Who scheduled it.")
    message: str | None = column("message", "Why.")
    is_overdue: bool = column(
        "is_overdue", "Whether a minute has passed since one of the times, and it is not done."
    )
    error: str | None = column(
        "error", "Why it could not be done; schedule it again, publish it by hand, or cancel."
    )
