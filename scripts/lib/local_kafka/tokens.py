"""The source of OAUTHBEARER tokens: an OpenID Connect issuer on 127.0.0.1 that knows client credentials and signs with a key of its own; the
brokers check what it signs against the JWKS file. A test can shorten its tokens' life, or stop giving any out."""
import base64
import http.server
import json
import subprocess
import threading
import time
import urllib.parse

from local_kafka.certificates import openssl

AUDIENCE, ISSUER = "kafka", "headgate-local-kafka"
TOKEN_SECONDS = 300


def url64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Signer:
    """The key, below the cluster's folder, and what it signs."""

    def __init__(self, state):
        self.key, self.jwks = state / "certificates/tokens.key", state / "certificates/jwks.json"

    def make(self):
        if self.jwks.exists():
            return
        self.key.parent.mkdir(parents=True, exist_ok=True)
        openssl("genrsa", "-out", self.key, "2048")
        modulus = openssl("rsa", "-in", self.key, "-noout", "-modulus").strip().removeprefix("Modulus=")
        public = {"kty": "RSA", "kid": "1", "use": "sig", "alg": "RS256", "n": url64(bytes.fromhex(modulus)), "e": "AQAB"}
        self.jwks.write_text(json.dumps({"keys": [public]}))

    def token(self, user, seconds=TOKEN_SECONDS):
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": user, "iat": now, "exp": now + seconds}
        signed = ".".join(url64(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT", "kid": "1"}, claims))
        done = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(self.key)], input=signed.encode(), capture_output=True, check=True)
        return f"{signed}.{url64(done.stdout)}"


class Issuer:
    """POST /token with client credentials, in the Authorization field or in the form. knows: {client id: secret}, or a function that gives it."""

    def __init__(self, signer, knows, port=0, seconds=TOKEN_SECONDS):
        self.signer, self.knows, self.seconds = signer, knows, seconds
        self.is_open, self.refused = True, 0
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = urllib.parse.parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
                self.answer(*issuer.answer(*credentials_of(self.headers.get("Authorization", ""), form)))

            def do_GET(self):
                is_jwks = self.path == "/jwks"
                self.answer(200 if is_jwks else 404, json.loads(issuer.signer.jwks.read_text()) if is_jwks else {})

            def answer(self, status, fields):
                body = json.dumps(fields).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)

    def answer(self, client, secret):
        self.refused += not self.is_open
        if not self.is_open:
            return 503, {}
        known = self.knows() if callable(self.knows) else self.knows
        if client not in known or known[client] != secret:
            return 401, {"error": "invalid_client"}
        return 200, {"access_token": self.signer.token(client, self.seconds), "token_type": "Bearer", "expires_in": self.seconds}

    def start(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/token"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def credentials_of(authorization, form):
    if authorization.startswith("Basic "):
        client, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
        return urllib.parse.unquote(client), urllib.parse.unquote(secret)
    return form.get("client_id", [""])[0], form.get("client_secret", [""])[0]
