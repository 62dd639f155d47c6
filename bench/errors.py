"""How the benchmark fails."""


class BenchError(Exception):
    """The benchmark cannot go on, or what it measured would not count: one sentence."""
