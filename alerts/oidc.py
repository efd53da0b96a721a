"""OpenID Connect: the trip to the hospital's provider and back. The only module with Authlib.

Authorization code with PKCE (S256), state and nonce; the token must be signed with a public key of
the provider. What the provider publishes of itself is asked once an hour.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from alerts import clock
from alerts.credentials import new_key
from alerts.domain.hospital import Claimed, Journey, groups_in
from alerts.errors import HospitalAway, HospitalRefused

SIGNED_BY = ("RS256", "PS256", "ES256", "ES384", "RS384", "PS384", "RS512", "PS512", "EdDSA")
"""Signatures with a public key; a provider that signs with our own secret is not believed."""
PATIENCE = 10
LEEWAY = 60
"""Seconds: how long the provider may take, and by how much its clock may differ."""
_FRESH = 3600.0
_DISCOVERY = "/.well-known/openid-configuration"
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """What the provider knows of us, and we of it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    groups_claim: str
    redirect_uri: str
    signed_out_uri: str


class HospitalProvider:
    """One provider; it remembers what the provider publishes, and nothing of anybody."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._alone = threading.Lock()
        self._known: tuple[float, Mapping[str, Any]] | None = None
        self._keys: KeySet | None = None

    def leave(self) -> tuple[str, Journey]:
        """Where to send the browser, and what to keep until it comes back. Raises HospitalAway."""
        told = self._metadata()
        journey = Journey(state=new_key(), nonce=new_key(), verifier=new_key())
        with self._session() as session:
            address, _ = session.create_authorization_url(
                told["authorization_endpoint"],
                state=journey.state,
                nonce=journey.nonce,
                code_verifier=journey.verifier,
            )
        return str(address), journey

    def come_back(self, answer: Mapping[str, str], journey: Journey) -> Claimed:
        """Who it is, after the browser came back. Raises HospitalRefused, HospitalAway."""
        told = self._metadata()
        if answer.get("iss", told["issuer"]) != told["issuer"] or not answer.get("code"):
            raise HospitalRefused
        with self._session() as session:
            try:
                token = session.fetch_token(
                    told["token_endpoint"], code=answer["code"], code_verifier=journey.verifier
                )
                claims = self._verified(token, journey.nonce, told)
                if self._client.groups_claim and not self._groups(claims):
                    claims |= self._more(session, claims["sub"], told)
            except httpx2.HTTPError as error:
                raise HospitalAway from error
            except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
                raise HospitalRefused from error
        return self._claimed(claims, told["issuer"])

    def sign_out_address(self) -> str:
        """Where one signs out of the hospital's account as well; empty where there is no such."""
        try:
            address = self._metadata().get("end_session_endpoint", "")
        except HospitalAway:
            return ""
        back = self._client.signed_out_uri
        told = {"client_id": self._client.client_id, "post_logout_redirect_uri": back}
        return str(add_params_to_uri(address, list(told.items()))) if address else ""

    def _session(self) -> OAuth2Client:
        client = self._client
        return OAuth2Client(
            client_id=client.client_id,
            client_secret=client.client_secret or None,
            token_endpoint_auth_method="client_secret_basic" if client.client_secret else "none",
            scope=client.scope,
            redirect_uri=client.redirect_uri,
            code_challenge_method="S256",
            timeout=PATIENCE,
        )

    def _metadata(self) -> Mapping[str, Any]:
        with self._alone:
            if self._known is None or time.monotonic() - self._known[0] > _FRESH:
                told = _asked(self._client.issuer.rstrip("/") + _DISCOVERY)
                is_whole = all(str(told.get(each, "")).startswith("http") for each in _NEEDED)
                if told.get("issuer") != self._client.issuer or not is_whole:
                    raise HospitalAway
                self._known, self._keys = (time.monotonic(), told), None
            return self._known[1]

    def _verified(
        self, token: Mapping[str, Any], nonce: str, told: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The claims of the ID token, after its signature, issuer, audience, times and nonce."""
        registry = JWSRegistry(algorithms=list(SIGNED_BY), strict_check_header=False)
        try:
            read = jwt.decode(token["id_token"], self._key_set(told), registry=registry)
        except JoseError:  # maybe signed with a key that is new there
            self._keys = None
            read = jwt.decode(token["id_token"], self._key_set(told), registry=registry)
        client_id = self._client.client_id
        must = {
            "iss": {"essential": True, "value": told["issuer"]},
            "aud": {"essential": True, "value": client_id},
        }
        params = {"nonce": nonce, "client_id": client_id, "access_token": token["access_token"]}
        claims = CodeIDToken(read.claims, read.header, must, params)
        claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
        return dict(claims)

    def _key_set(self, told: Mapping[str, Any]) -> KeySet:
        if self._keys is None:
            self._keys = KeySet.import_key_set(_asked(told["jwks_uri"]))  # type: ignore[arg-type]
        return self._keys

    def _more(self, session: OAuth2Client, subject: str, told: Mapping[str, Any]) -> dict[str, Any]:
        """What the provider tells of somebody beside the token. Raises HospitalRefused."""
        if "userinfo_endpoint" not in told:
            return {}
        answer = session.get(told["userinfo_endpoint"])
        answer.raise_for_status()
        claims: dict[str, Any] = answer.json()
        if claims["sub"] != subject:
            raise HospitalRefused
        return claims

    def _groups(self, claims: Mapping[str, Any]) -> tuple[str, ...]:
        return groups_in(claims, self._client.groups_claim)

    def _claimed(self, claims: Mapping[str, Any], issuer: str) -> Claimed:
        email = str(claims.get("email", "")) if claims.get("email_verified", True) else ""
        name = claims.get("name") or claims.get("preferred_username") or email
        return Claimed(
            issuer=issuer,
            subject=str(claims["sub"]),
            display_name=str(name or "Somebody of the hospital")[:200],
            email=email[:320],
            groups=self._groups(claims),
        )


def _asked(address: str) -> dict[str, Any]:
    """A JSON object that the provider publishes. Raises HospitalAway."""
    try:
        answer = httpx2.get(address, timeout=PATIENCE)
        answer.raise_for_status()
        told = answer.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise HospitalAway from error
    if not isinstance(told, dict):
        raise HospitalAway
    return told
