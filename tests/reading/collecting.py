"""Garbage that must not be collected at any moment.

graphql-core forgets the coroutines of a field's neighbours when the field's arguments are at fault. Python cannot warn of them everywhere (not
within code that has no builtins), so they go at once, and nowhere else.
"""

import gc
from collections.abc import Generator

import pytest

forgotten_coroutines = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")


@pytest.fixture
def collected_by_hand() -> Generator[None]:
    """No garbage is collected but where the test asks for it."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def collect() -> None:
    """Collect what has come since the last time; what is still there is looked through no more."""
    gc.collect()
    gc.freeze()
