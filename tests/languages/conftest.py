from tests.cards.conftest import alex, provider  # noqa: F401 a person signed in at Acme, and Acme's provider
