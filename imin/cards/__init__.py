"""The Card Details pages at `cards.<Broker's domain>`: list, add, edit and remove payment cards."""
