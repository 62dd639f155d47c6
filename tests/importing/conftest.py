"""Where there are no real exports there is nothing to collect."""

from tests.importing.samples import SAMPLES

collect_ignore = [] if SAMPLES.is_dir() else ["test_samples.py"]
