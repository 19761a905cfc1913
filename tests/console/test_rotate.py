import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from typer.testing import CliRunner

from imin import cli
from imin.brokers.models import OpenIdSettings
from imin.console.open_secrets import Found, try_keys
from imin.console.rotate import ENCRYPTED, rotate_keys
from imin.customers.models import Customer
from imin.ground import clock, log, vault
from imin.identity.models import Session
from tests.brokers import build

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def stored(owner, settings):
    """Store one secret of each kind, encrypted with the old key."""
    settings.SECRET_KEYS = [OLD]
    broker = build.broker("acmebroker")
    now = clock.now()
    customer = Customer.objects.create(broker=broker, created_at=now)
    session = {"broker": broker, "customer_id": customer.id, "subject": "ann", "created_at": now, "seen_at": now}
    Session.objects.create(key_hash="a", id_token_encrypted=vault.encrypt("token of Ann"), **session)
    Session.objects.create(key_hash="b", **session)
    return broker


def test_every_encrypted_field_of_every_model_is_rotated():
    found = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name.endswith("_encrypted")
    }
    assert found == set(ENCRYPTED)


def test_afterwards_the_new_key_alone_opens_every_secret(stored, settings):
    settings.SECRET_KEYS = [NEW, OLD]
    assert rotate_keys() == 2
    settings.SECRET_KEYS = [NEW]
    assert OpenIdSettings.objects.get().client_secret == "s3cret of acmebroker"
    assert vault.decrypt(Session.objects.get(key_hash="a").id_token_encrypted) == "token of Ann"


def test_what_is_empty_stays_empty(stored, settings):
    settings.SECRET_KEYS = [NEW, OLD]
    rotate_keys()
    assert Session.objects.get(key_hash="b").id_token_encrypted == ""


def test_rotating_again_changes_no_secret(stored, settings):
    settings.SECRET_KEYS = [NEW, OLD]
    assert rotate_keys() == rotate_keys() == 2
    assert OpenIdSettings.objects.get().client_secret == "s3cret of acmebroker"


def test_a_secret_whose_key_is_gone_is_named_and_left(stored, settings):
    settings.SECRET_KEYS = [NEW]
    before = OpenIdSettings.objects.get().client_secret_encrypted
    with pytest.raises(ImproperlyConfigured, match=rf"brokers.OpenIdSettings {stored.pk}"):
        rotate_keys()
    assert OpenIdSettings.objects.get().client_secret_encrypted == before


def test_checking_names_what_no_key_opens_and_changes_nothing(stored, settings, monkeypatch):
    monkeypatch.setattr(log, "configure", lambda **_: None)  # which would go on writing to what the runner closes
    assert try_keys() == Found(opened=2)
    settings.SECRET_KEYS = [NEW]
    told = CliRunner().invoke(cli.app, ["keys", "check"])
    assert told.exit_code == 1
    assert f"No key opens brokers.OpenIdSettings {stored.pk}." in told.output
    assert "2 of 2 secrets cannot be read" in str(told.exception)
    settings.SECRET_KEYS = [NEW, OLD]
    told = CliRunner().invoke(cli.app, ["keys", "check"])
    assert (told.exit_code, told.output) == (0, "The keys open 2 stored secrets; none stays closed.\n")
