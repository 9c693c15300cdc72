"""What holds for all tests."""

import csv

from hypothesis import HealthCheck, settings

from bulk_journeys.source.delimited import LONGEST_CELL

# A machine with other work on it is slow, and that is no fault of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

csv.field_size_limit(LONGEST_CELL)  # as the program does
