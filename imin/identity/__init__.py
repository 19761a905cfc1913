"""Signing a Customer in through the Broker's own OpenID Provider, and keeping the session.

A relying party of OpenID Connect Core 1.0 (authorization code flow, PKCE, `prompt=none`), RFC 9207 and
back-channel logout; each rule is one named check. Knows nothing of cards.
"""
