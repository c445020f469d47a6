"""An operator who is logged in, and other fixtures of the tests of the admin."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


@pytest.fixture
def operator(db: None) -> Client:
    """A superuser's client. It needs no password, which would take half a second to hash."""
    return logged_in(User.objects.create(username="operator", is_staff=True, is_superuser=True))


@pytest.fixture
def staff_with(db: None) -> Callable[..., Client]:
    """A client of a staff user who has these permissions and no others."""

    def make(*codenames: str) -> Client:
        user = User.objects.create(username="staff", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        return logged_in(user)

    return make


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
