"""Every endpoint of the API, room by room."""

from sandbox.pay import attempts, customers, endpoints, mandates, methods, setups, tokens

ENDPOINTS = (
    *customers.ENDPOINTS,
    *methods.ENDPOINTS,
    *setups.ENDPOINTS,
    *attempts.ENDPOINTS,
    *mandates.ENDPOINTS,
    *endpoints.ENDPOINTS,
    *tokens.ENDPOINTS,
)
