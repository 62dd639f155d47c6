"""Why a plan is not made, or not kept to: never an error for the client, ordinary execution answers instead."""


class CannotPlan(Exception):
    """The selection is outside what the planner knows."""


class NotCovered(CannotPlan):
    """What is embedded does not hold all that is selected: a join is needed."""
