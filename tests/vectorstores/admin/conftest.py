"""Fixtures for tests of the admin: clients of a logged-in operator and of staff users."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


@pytest.fixture
def operator(db: None) -> Client:
    """Return a superuser's client. It has no password, because hashing takes half a second."""
    return logged_in(User.objects.create(username="operator", is_staff=True, is_superuser=True))


@pytest.fixture
def staff_with(db: None) -> Callable[..., Client]:
    """Return a function that creates the client of a staff user with only these permissions."""

    def make(*codenames: str) -> Client:
        user = User.objects.create(username="staff", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        return logged_in(user)

    return make


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
