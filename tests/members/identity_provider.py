"""A small OpenID Connect provider on the loopback: code flow with PKCE, RS256, a key set. For tests alone."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "katalog", "geheim"


class IdentityProvider:
    """Set `claims` to say who logs in next; `sign` may be replaced to answer as an attacker would."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {}
        self.algorithm, self.kid, self.is_away = "RS256", "k1", False
        self.codes: dict[str, dict[str, list[str]]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": self}))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def sign(self) -> str:
        now = int(time.time())
        standard = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300}
        key = "kein Geheimnis" if self.algorithm == "HS256" else None if self.algorithm == "none" else self.key
        return jwt.encode(standard | self.claims, key, algorithm=self.algorithm, headers={"kid": self.kid})

    def jwks(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "k1", "use": "sig", "alg": "RS256"}]}

    def configuration(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        return {"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in paths.items()}

    def authorize(self, asked: dict[str, list[str]]) -> str:
        """Where the browser is sent back to; the person has agreed at once."""
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return f"{asked['redirect_uri'][0]}?{urlencode({'code': code, 'state': asked['state'][0]})}"

    def token(self, form: dict[str, list[str]]) -> dict[str, Any] | None:
        """A code is good once, for the client that knows the secret and the verifier of PKCE."""
        asked = self.codes.pop(form.get("code", [""])[0], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"][0].encode()).digest()).rstrip(b"=")
        if not asked or form["client_secret"][0] != SECRET or asked["code_challenge"][0] != challenge.decode():
            return None
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": self.sign()}


class _Handler(BaseHTTPRequestHandler):
    provider: IdentityProvider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if self.provider.is_away:
            self._answer(503)
        elif url.path == "/authorize":
            self._answer(302, location=self.provider.authorize(parse_qs(url.query)))
        else:
            known = {"/.well-known/openid-configuration": self.provider.configuration, "/jwks": self.provider.jwks}
            self._answer(200, known[url.path]())

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        found = self.provider.token(form)
        self._answer(200 if found else 400, found or {"error": "invalid_grant"})

    def _answer(self, status: int, body: dict[str, Any] | None = None, location: str = "") -> None:
        content = json.dumps(body or {}).encode()
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass
