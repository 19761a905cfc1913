"""Every endpoint of the API, room by room."""

from sandbox.pay import (
    accounts,
    attempts,
    charges,
    customers,
    endpoints,
    fees,
    history,
    ledger,
    mandates,
    methods,
    onboarding,
    payments,
    refunds,
    sessions,
    setups,
    tokens,
    transfers,
)

_ROOMS = (
    customers,
    methods,
    setups,
    attempts,
    mandates,
    tokens,
    sessions,
    payments,
    charges,
    refunds,
    ledger,
    transfers,
    fees,
    accounts,
    onboarding,
    history,
    endpoints,
)
ENDPOINTS = tuple(endpoint for room in _ROOMS for endpoint in room.ENDPOINTS)
