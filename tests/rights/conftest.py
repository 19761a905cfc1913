from tests.payments.conftest import pay, shop

__all__ = ["pay", "shop"]
