"""The booking system's OpenID Provider: the `authenticationAuthority` of the dataset site.

Open Booking API 1.0, "Authentication": booking partners act for a seller that consented (authorization code flow with
`openactive-openbooking`), read their Orders feeds on their own account (client credentials, `openactive-ordersfeed`),
and learn who consented (`openactive-identity`). Clients register themselves with an initial access token (RFC 7591).
Customers of a seller sign in here too, so that a broker may link their account; see `sandbox/leisure/customers.py`.

Built on Authlib. There is no session: whoever authorises signs in each time, and a signed ticket leads from the
sign-in to the question for consent.
"""
