import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from imin.ground import vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_a_secret_comes_back_and_is_not_in_what_is_stored(settings):
    settings.SECRET_KEYS = [OLD]
    stored = vault.encrypt("hush")
    assert "hush" not in stored
    assert vault.decrypt(stored) == "hush"
    assert vault.encrypt("") == vault.decrypt("") == vault.rotate("") == ""


def test_a_rotated_secret_needs_the_old_key_no_more(settings):
    settings.SECRET_KEYS = [OLD]
    stored = vault.encrypt("hush")
    settings.SECRET_KEYS = [NEW, OLD]
    rotated = vault.rotate(stored)
    settings.SECRET_KEYS = [NEW]
    assert vault.decrypt(rotated) == "hush"
    with pytest.raises(ImproperlyConfigured, match="imin keys rotate"):
        vault.decrypt(stored)
