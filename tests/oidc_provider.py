"""An OpenID Connect provider as a process of its own, built from Authlib's provider side.

Run as `python -m tests.oidc_provider SIGNED_OUT_URI`; it prints its address. It asks for PKCE and a
nonce, knows one client and these people, and can be told to misbehave (`POST /misbehave`).
"""

import json
import secrets
import sys

import flask
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

from alerts import clock

CLIENT_ID, CLIENT_SECRET = "oncofertility-alerts", "a secret of the client's own"
PEOPLE = {
    "ana": {"name": "Dr. Ana Amaro", "email": "ana@hospital.example", "groups": ["Oncology"]},
    "cora": {"name": "Cora", "email": "cora@hospital.example", "groups": ["Staff", "Fertility"]},
    "rita": {"name": "Rita", "email": "rita@hospital.example", "groups": ["Kitchen"]},
    "una": {"name": "Una", "email": "ana@hospital.example", "email_verified": False},
}
MISBEHAVE: dict[str, object] = {}
CODES: dict[str, "Code"] = {}
KEYS = [RSAKey.generate_key(2048, {"kid": "first"}, private=True)]


class Client(ClientMixin):
    def get_client_id(self):
        return CLIENT_ID

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri.endswith("/sign-in/hospital/return")

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(client_secret, CLIENT_SECRET)

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


class Code(AuthorizationCodeMixin):
    def __init__(self, code, request):
        data = request.payload.data
        self.code, self.user = code, request.user
        self.redirect_uri, self.scope = request.payload.redirect_uri, request.payload.scope
        self.nonce = data.get("nonce")
        self.code_challenge = data.get("code_challenge")
        self.code_challenge_method = data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return MISBEHAVE.get("nonce", self.nonce)

    def get_auth_time(self):
        return int(clock.now().timestamp())

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code, request):
        CODES[code] = Code(code, request)

    def query_authorization_code(self, code, client):
        return CODES.get(code)

    def delete_authorization_code(self, authorization_code):
        del CODES[authorization_code.code]

    def authenticate_user(self, authorization_code):
        return authorization_code.user


class IdTokens(OpenIDCode):
    def exists_nonce(self, nonce, request):
        return False

    def get_jwt_config(self, grant, client=None):
        key = KEYS[-1]
        if MISBEHAVE.get("key"):
            key = RSAKey.generate_key(2048, {"kid": key.kid}, private=True)
        issuer = MISBEHAVE.get("issuer", app.config["ISSUER"])
        lifetime = MISBEHAVE.get("lifetime", 300)
        told = {"iss": issuer, "exp": lifetime, "kid": KEYS[-1].kid}
        return {"key": key.as_dict(private=True), "alg": "RS256", **told}

    def get_audiences(self, request):
        return [MISBEHAVE.get("audience", CLIENT_ID)]

    def generate_user_info(self, user, scope):
        told = {"sub": f"sub-{user}", "email_verified": True, **PEOPLE[user]}
        if MISBEHAVE.get("groups") == "only-by-userinfo":
            told.pop("groups", None)
        return UserInfo(told)


app = flask.Flask(__name__)
server = AuthorizationServer(app, query_client=lambda name: Client() if name == CLIENT_ID else None)
server.save_token = lambda token, request: TOKENS.update({token["access_token"]: request.user})
server.register_grant(CodeGrant, [IdTokens(require_nonce=True), CodeChallenge(required=True)])
TOKENS: dict[str, str] = {}


@app.get("/.well-known/openid-configuration")
def discovery():
    issuer = app.config["ISSUER"]
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/keys",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "end_session_endpoint": f"{issuer}/sign-out",
        "id_token_signing_alg_values_supported": ["RS256"],
    }


@app.get("/keys")
def keys():
    return KeySet(KEYS).as_dict(private=False)


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    if flask.request.method == "GET":
        server.get_consent_grant(end_user=None)
        chosen = "".join(f'<button name="user" value="{name}">{name}</button>' for name in PEOPLE)
        return f'<title>Hospital</title><form method="post"><h1>Who are you?</h1>{chosen}</form>'
    user = flask.request.form["user"]
    return server.create_authorization_response(grant_user=user, grant=server.get_consent_grant())


@app.post("/token")
def token():
    return server.create_token_response()


@app.get("/userinfo")
def userinfo():
    user = TOKENS[flask.request.headers["Authorization"].removeprefix("Bearer ")]
    subject = MISBEHAVE.get("userinfo-subject", f"sub-{user}")
    return {"sub": subject, **PEOPLE[user]}


@app.get("/sign-out")
def sign_out():
    back = flask.request.args["post_logout_redirect_uri"]
    return flask.redirect(back) if back == sys.argv[1] else ("not known", 400)


@app.post("/misbehave")
def misbehave():
    told = flask.request.get_json()
    if told.pop("new-key", None):
        KEYS.append(RSAKey.generate_key(2048, {"kid": f"key {len(KEYS)}"}, private=True))
    for name, groups in told.pop("groups-of", {}).items():
        PEOPLE[name]["groups"] = groups
    MISBEHAVE.clear()
    MISBEHAVE.update(told)
    return {}


if __name__ == "__main__":
    listening = make_server("127.0.0.1", 0, app, threaded=True)
    app.config["ISSUER"] = f"http://127.0.0.1:{listening.server_port}"
    sys.stdout.write(json.dumps(app.config["ISSUER"]) + "\n")
    sys.stdout.flush()
    listening.serve_forever()
