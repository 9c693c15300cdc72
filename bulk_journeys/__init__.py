"""Start, pause, finish, draft or archive thousands of journeys, and know what became of each."""

__version__ = "0.1.0"
