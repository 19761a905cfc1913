"""A Broker of activities: its site, its Customers' accounts, and its OpenID Provider.

Follows OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0 and Back-Channel Logout 1.0,
with PKCE (RFC 7636) and the issuer in every authorization response (RFC 9207).
Each Broker of `world.json` has its own host, people, sessions and signing keys.
"""
