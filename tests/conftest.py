"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# A machine with other work on it is slow, and that is no fault of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
