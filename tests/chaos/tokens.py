"""Where the gateway gets its OAUTHBEARER tokens (OpenID Connect, client credentials), which last for seconds, and which can stop giving any
out. The brokers take unsigned ones. Used by stage.py and faults.py."""
import base64
import http.server
import json
import threading
import time

TOKEN_SECONDS = 6


def part(fields):
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")


def token():
    now = int(time.time())
    return f"{part({'alg': 'none'})}.{part({'sub': 'headgate', 'iat': now, 'exp': now + TOKEN_SECONDS})}."


class Issuer:
    def __init__(self):
        self.is_open, self.refused = True, 0
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                issuer.refused += not issuer.is_open
                answer = {"access_token": token(), "token_type": "Bearer", "expires_in": TOKEN_SECONDS} if issuer.is_open else {}
                body = json.dumps(answer).encode()
                self.send_response(200 if issuer.is_open else 503)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/token"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
