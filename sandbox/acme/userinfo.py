"""Who somebody is, told to whoever holds a good access token."""

from authlib.integrations.flask_oauth2 import ResourceProtector
from authlib.oauth2.rfc6749 import TokenMixin
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oidc.core import UserInfo, UserInfoEndpoint

from sandbox.acme import clock
from sandbox.acme.memory import AccessToken, Session
from sandbox.acme.registered import RegisteredClient
from sandbox.acme.site import Site
from sandbox.world import Client


def endpoint(site: Site) -> "UserInfoAnswer":
    """Return the userinfo endpoint of `site`."""
    protector = ResourceProtector()
    protector.register_token_validator(TokenLookup(site))
    return UserInfoAnswer(resource_protector=protector)


def about(session: Session, scope: str) -> UserInfo:
    """Return the claims about the person in `session` that `scope` allows."""
    person = session.person
    return UserInfo(
        sub=person.sub,
        name=person.name,
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        email_verified=True,
    ).filter(scope)


class BearerToken(TokenMixin):  # type: ignore[misc]  # Authlib has no types
    """An access token as Authlib asks about it."""

    def __init__(self, token: AccessToken, client: Client) -> None:
        self.token = token
        self.client = client
        self.scope = token.scope

    def get_scope(self) -> str:
        """Return the granted scopes."""
        return self.scope

    def is_expired(self) -> bool:
        """Say no: memory gives out tokens that are still good, and no others."""
        return False

    def is_revoked(self) -> bool:
        """Say no, for the same reason."""
        return False

    def get_user(self) -> Session:
        """Return whose token it is."""
        return self.token.session

    def get_client(self) -> RegisteredClient:
        """Return the client that it was given to."""
        return RegisteredClient(self.client)


class TokenLookup(BearerTokenValidator):  # type: ignore[misc]  # Authlib has no types
    """Finds access tokens in the site's memory."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site

    def authenticate_token(self, token_string: str) -> BearerToken | None:
        """Return the token if it is still good."""
        token = self.site.memory.token(token_string, now=clock.now())
        return BearerToken(token, self.site.broker.client) if token else None


class UserInfoAnswer(UserInfoEndpoint):  # type: ignore[misc]  # Authlib has no types
    """The userinfo endpoint."""

    def generate_user_info(self, user: Session, scope: str) -> UserInfo:
        """Return who it is, as far as `scope` allows."""
        return about(user, scope)
