"""Signing in with npm `oidc-provider`, certified by the OpenID Foundation, as the Broker's provider: both over HTTP."""
