"""The credentials of a guarded gateway: a certificate, API keys, an issuer's key and a token of its, made with openssl and `headgate key`; and the
configuration that names them. For measurements only: nothing of it is kept secret."""

import base64
import json
import subprocess
import time


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, check=True, capture_output=True, timeout=60).stdout


def _text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Certificate:
    def __init__(self, folder):
        self.key, self.certificate = folder / "gate.key", folder / "gate.crt"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-days", "30",
                "-keyout", self.key, "-out", self.certificate)
        self.key.chmod(0o600)

    def settings(self):
        return [f"tls.certificate={self.certificate}", f"tls.key={self.key}", "listen.admin_tls.mode=off", "listen.tcp_tls.mode=off"]


class Issuer:
    """ES256: the key set as a file, and tokens."""

    def __init__(self, folder):
        self.key, self.key_set = folder / "issuer.key", folder / "jwks.json"
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.key)
        point = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")[-64:]
        key = {"kty": "EC", "crv": "P-256", "kid": "1", "x": _text(point[:32]), "y": _text(point[32:])}
        self.key_set.write_text(json.dumps({"keys": [key]}))

    def token(self, tenant, seconds=36_000):
        claims = {"iss": "bench", "aud": "headgate", "tenant": tenant, "exp": int(time.time()) + seconds}
        signed = ".".join(_text(json.dumps(part).encode()) for part in ({"alg": "ES256", "kid": "1"}, claims))
        return f"{signed}.{_text(_raw(openssl('dgst', '-sha256', '-sign', self.key, data=signed.encode())))}"


def _raw(der):
    """R and S of a DER signature, 32 bytes each."""
    at, out = 2, b""
    for _ in range(2):
        size = der[at + 1]
        out += int.from_bytes(der[at + 2:at + 2 + size], "big").to_bytes(32, "big")
        at += 2 + size
    return out


class Guard:
    """A configuration with `auth` and `tenants` (name -> quota)."""

    def __init__(self, binary, folder, tenants):
        self.issuer, self.keys = Issuer(folder), folder / "keys.yaml"
        self.keys.unlink(missing_ok=True)
        self.key_of = {name: self._new_key(binary, name) for name in tenants}
        self.config = folder / "guarded.yaml"
        self.config.write_text(json.dumps({
            "auth": {"api_keys": {"file": str(self.keys)}, "jwt": {"issuer": "bench", "audience": "headgate", "jwks": str(self.issuer.key_set)}},
            "tenants": {name: {"write": ["*"], "read": ["*"], "quota": quota} for name, quota in tenants.items()}}))

    def _new_key(self, binary, tenant):
        made = subprocess.run([binary, "key", "new", "--tenant", tenant, "--file", self.keys], check=True, capture_output=True, text=True, timeout=60)
        return "Bearer " + made.stdout.strip()

    def extra(self):
        return ["--config", self.config]
