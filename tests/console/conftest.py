from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from imin.ground.database import as_owner
from tests.console import phone

HOST = "console.localhost"


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def stranger(database) -> Client:
    """Return a browser at the console that nobody signed in with."""
    return Client(HTTP_HOST=HOST)


@pytest.fixture
def console(database) -> Iterator[Client]:
    """Return a browser at the console with an operator signed in."""
    with as_owner():
        olive = User.objects.create_superuser("olive", password="long enough for Olive")
    return phone.signed_in(olive)
