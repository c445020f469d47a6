"""Examples of property tests that do not see each other."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from hypothesis import HealthCheck, settings

# All examples of a test share its fixtures, which Hypothesis rightly warns of: rows that one
# example writes are there for the next. A test that says so writes inside `rolled_back()`.
SHARING_FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def rolled_back() -> Iterator[None]:
    """Roll back what is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
