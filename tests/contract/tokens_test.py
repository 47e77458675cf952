"""Tokens made by PyJWT, honest and forged, against a running process: what is good is let in, every known attack is answered 401. Skipped (77) without
PyJWT (Debian: python3-jwt).  tokens_test.py HEADGATE"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import sys
import tempfile
import time
import unittest
from typing import Any, Dict, Optional

SKIPPED = 77
DEBIANS_PYTHON = "/usr/bin/python3"

try:
    import jwt
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
except ImportError:
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIANS_PYTHON) and os.path.exists(DEBIANS_PYTHON):
        os.execv(DEBIANS_PYTHON, [DEBIANS_PYTHON, "-B", *sys.argv])
    print("skipped: PyJWT is not installed (Debian: apt-get install python3-jwt python3-cryptography)")
    sys.exit(SKIPPED)

from running import IN_TIME_S, NOBODY, Running

HEADGATE = sys.argv.pop(1)
LEEWAY_S = 30
CONFIG = """
kafka.bootstrap: {kafka}
lanes: 1
listen: {{ http: "127.0.0.1:0", tcp: off, admin: off }}
auth.jwt: {{ issuer: "https://issuer.example/", audience: [headgate, other], jwks: "{jwks}", leeway: {leeway}s }}
tenants: {{ shop: {{ write: [orders], read: [orders] }} }}
"""


def number(value: int, size: Optional[int] = None) -> str:
    return text_of(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def pem(key: Any) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class TokensTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.rsa, cls.ec, cls.ed = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()
        cls.strange_rsa, cls.p384 = rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())
        cls.folder = tempfile.TemporaryDirectory()
        jwks = os.path.join(cls.folder.name, "jwks.json")
        with open(jwks, "w", encoding="utf-8") as out:
            json.dump({"keys": cls.key_set()}, out)
        cls.gate = Running(HEADGATE, CONFIG.format(kafka=NOBODY, jwks=jwks, leeway=LEEWAY_S), ["http"])

    @classmethod
    def tearDownClass(cls) -> None:
        cls.gate.end()
        cls.folder.cleanup()

    @classmethod
    def key_set(cls) -> list:
        public, point = cls.rsa.public_key().public_numbers(), cls.ec.public_key().public_numbers()
        ed = cls.ed.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return [{"kty": "RSA", "kid": "rsa", "n": number(public.n), "e": number(public.e)},
                {"kty": "EC", "kid": "ec", "crv": "P-256", "x": number(point.x, 32), "y": number(point.y, 32)},
                {"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": text_of(ed)}]

    def claims(self, **changed: Any) -> Dict[str, Any]:
        """None takes a claim away."""
        now = int(time.time())
        made = {"iss": "https://issuer.example/", "aud": "headgate", "tenant": "shop", "iat": now, "exp": now + 300, **changed}
        return {name: value for name, value in made.items() if value is not None}

    def status(self, token: str) -> int:
        """Each over a connection of its own. Failures of one address are slowed down only beyond what this test makes."""
        c = http.client.HTTPConnection("127.0.0.1", self.gate.ports["http"], timeout=IN_TIME_S)
        c.request("GET", "/v1/topics", headers={"Authorization": "Bearer " + token})
        answer = c.getresponse()
        text = answer.read().decode()
        c.close()
        if answer.status == 401:
            self.assertIn('error="invalid_token"', answer.headers.get("WWW-Authenticate", "") + str(answer.headers))
            self.assertNotIn(token, text)
        return answer.status

    def token(self, alg: str = "RS256", key: Any = None, kid: Any = None, head: Optional[dict] = None, **claims: Any) -> str:
        kinds = {"RS256": (self.rsa, "rsa"), "ES256": (self.ec, "ec"), "EdDSA": (self.ed, "ed")}
        own, name = kinds.get(alg, (self.rsa, "rsa"))
        return jwt.encode(self.claims(**claims), key or own, algorithm=alg, headers={"kid": kid if kid is not None else name, **(head or {})})

    def by_hand(self, head: dict, claims: Optional[dict] = None, signature: bytes = b"") -> str:
        """A token of a form that no library makes."""
        return f"{text_of(json.dumps(head).encode())}.{text_of(json.dumps(claims or self.claims()).encode())}.{text_of(signature)}"

    def test_good_tokens_are_let_in(self) -> None:
        for alg in ("RS256", "ES256", "EdDSA"):
            self.assertEqual(self.status(self.token(alg)), 200, alg)
        self.assertEqual(self.status(self.token(aud=["nobody", "other"])), 200)
        self.assertEqual(self.status(self.token(head={"typ": "at+jwt"})), 200)

    def test_times_hold_within_the_leeway(self) -> None:
        now = int(time.time())
        for claims in ({"exp": now - LEEWAY_S + 10}, {"nbf": now + LEEWAY_S - 10}, {"iat": now + LEEWAY_S - 10}):
            self.assertEqual(self.status(self.token(**claims)), 200, claims)
        for claims in ({"exp": now - LEEWAY_S - 5}, {"nbf": now + LEEWAY_S + 60}, {"iat": now + LEEWAY_S + 60}, {"exp": None}, {"exp": "9999999999"},
                       {"exp": True}, {"exp": 0}, {"exp": -1}, {"nbf": "soon"}):
            self.assertEqual(self.status(self.by_claims(claims)), 401, claims)

    def by_claims(self, changed: dict) -> str:
        """Signed by the issuer, whatever the claims: PyJWT checks some of them itself."""
        head, body = ({"alg": "RS256", "kid": "rsa"}, self.claims(**changed))
        signed = f"{text_of(json.dumps(head).encode())}.{text_of(json.dumps(body).encode())}"
        return f"{signed}.{text_of(jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).sign(signed.encode(), self.rsa))}"

    def test_none_is_no_algorithm(self) -> None:
        self.assertEqual(self.status(jwt.encode(self.claims(), None, algorithm="none")), 401)
        for alg in ("none", "None", "NONE", "nOnE", "", None, 0, []):
            for signature in (b"", b"x"):
                self.assertEqual(self.status(self.by_hand({"alg": alg, "kid": "rsa"}, signature=signature)), 401, alg)
        self.assertEqual(self.status(self.by_hand({"kid": "rsa"})), 401)

    def test_a_public_key_is_no_shared_secret(self) -> None:
        for key, kid in ((self.rsa, "rsa"), (self.ec, "ec")):
            for secret in (pem(key), pem(key).strip(), key.public_key().public_bytes(serialization.Encoding.DER,
                                                                                     serialization.PublicFormat.SubjectPublicKeyInfo)):
                for alg, digest in (("HS256", hashlib.sha256), ("HS384", hashlib.sha384), ("HS512", hashlib.sha512)):
                    head = {"alg": alg, "kid": kid, "typ": "JWT"}
                    signed = self.by_hand(head).rsplit(".", 1)[0]
                    self.assertEqual(self.status(f"{signed}.{text_of(hmac.new(secret, signed.encode(), digest).digest())}"), 401, (kid, alg))

    def test_a_key_is_for_its_own_algorithm_only(self) -> None:
        for alg in ("RS384", "RS512", "PS256", "PS384", "PS512"):
            self.assertEqual(self.status(self.token(alg, self.rsa)), 401, alg)
        self.assertEqual(self.status(self.token("ES384", self.p384, "ec")), 401)
        self.assertEqual(self.status(self.token("ES256", self.ec, "rsa")), 401)
        self.assertEqual(self.status(self.token("RS256", self.rsa, "ec")), 401)
        self.assertEqual(self.status(self.token("RS256", self.strange_rsa)), 401)

    def test_a_key_id_leads_nowhere_but_to_the_issuers_keys(self) -> None:
        for kid in ("../../../../dev/null", "/etc/passwd", "rsa' OR '1'='1", "rsa\0", "RSA", " rsa", "rsa ", "rsa\n", "x" * 4000, "|id", "file:///dev/null", ""):
            head = {"alg": "HS256", "kid": kid}
            signed = self.by_hand(head).rsplit(".", 1)[0]
            empty = text_of(hmac.new(b"", signed.encode(), hashlib.sha256).digest())
            self.assertEqual(self.status(f"{signed}.{empty}"), 401, kid[:40])
            if kid:
                self.assertEqual(self.status(self.token("RS256", self.strange_rsa, kid)), 401, kid[:40])
        for kid in ({"a": 1}, ["rsa"], 7, True):
            self.assertEqual(self.status(self.by_hand({"alg": "RS256", "kid": kid}, signature=b"x" * 256)), 401, kid)

    def test_keys_that_a_token_brings_are_not_looked_at(self) -> None:
        public = self.strange_rsa.public_key().public_numbers()
        own = {"kty": "RSA", "kid": "rsa", "n": number(public.n), "e": number(public.e)}
        for head in ({"jwk": own}, {"jku": "http://127.0.0.1:1/jwks"}, {"x5u": "http://127.0.0.1:1/c"}, {"x5c": ["AAAA"]}):
            self.assertEqual(self.status(self.token("RS256", self.strange_rsa, head=head)), 401, head)
        self.assertEqual(self.status(self.token(head={"crit": ["exp"]})), 401)
        self.assertEqual(self.status(self.token(head={"b64": False, "crit": ["b64"]})), 401)

    def test_issuer_audience_and_tenant_must_be_right(self) -> None:
        for claims in ({"iss": None}, {"iss": "https://issuer.example"}, {"iss": ["https://issuer.example/"]}, {"aud": None}, {"aud": "headgat"}, {"aud": []},
                       {"aud": ["nobody"]}, {"aud": {"headgate": 1}}, {"tenant": None}, {"tenant": "nobody"}, {"tenant": ["shop"]}, {"tenant": ""}):
            self.assertEqual(self.status(self.by_claims(claims)), 401, claims)

    def test_a_changed_token_is_noticed(self) -> None:
        head, body, signature = self.token("ES256").split(".")
        forged = text_of(json.dumps(self.claims(tenant="admin")).encode())
        r, s = (int.from_bytes(part, "big") for part in (self.raw(signature)[:32], self.raw(signature)[32:]))
        for token in (f"{head}.{forged}.{signature}", f"{head}.{body}.", f"{head}.{body}", f"{head}.{body}.{signature[:-4]}", f"{head}.{body}.{signature}.x",
                      f"{head}.{body}.{text_of(encode_dss_signature(r, s))}", f"{head}.{body}.{text_of(bytes(64))}", f"{head}.{body}.{signature}=="):
            self.assertEqual(self.status(token), 401, token[-40:])

    @staticmethod
    def raw(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    unittest.main()
