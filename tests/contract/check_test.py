"""`headgate check` on the listeners' side, without a Kafka: certificates, keys, secrets, credentials and patterns, each named in one sentence
that says what to change."""

import os
import subprocess
import sys
import tempfile
import unittest
from typing import List

HEADGATE = sys.argv.pop(1)
IN_TIME_S = 30.0

CONFIG = """
kafka.bootstrap: 127.0.0.1:1
listen: {{ http: "127.0.0.1:0", tcp: "{tcp}", admin: off }}
tls: {{ certificate: "{crt}", key: "{key}" }}
"""


class CheckTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=IN_TIME_S)

    def certificate(self, name: str, days: int = 90, key: str = "rsa:2048") -> None:
        """NAME.crt and NAME.key, signed by itself."""
        self.openssl("req", "-x509", "-newkey", key, "-nodes", "-subj", "/CN=gate", "-days", str(days),
                     "-keyout", self.path(name + ".key"), "-out", self.path(name + ".crt"))
        os.chmod(self.path(name + ".key"), 0o600)

    def check(self, crt: str = "good", key: str = "good", more: str = "", tcp: str = "off") -> List[str]:
        config = self.path("headgate.yaml")
        with open(config, "w", encoding="utf-8") as out:
            out.write(CONFIG.format(crt=self.path(crt + ".crt"), key=self.path(key + ".key"), tcp=tcp) + more)
        os.chmod(config, 0o600)
        done = subprocess.run([HEADGATE, "check", "--config", config], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=IN_TIME_S, check=False)
        self.assertEqual(done.returncode, 1)  # there is no Kafka
        return [line for line in done.stderr.splitlines() if not line.startswith("Kafka at ")]

    def one(self, lines: List[str], *parts: str) -> None:
        found = [line for line in lines if all(part in line for part in parts)]
        self.assertEqual(len(found), 1, (parts, lines))

    def test_what_is_well_is_not_mentioned(self) -> None:
        self.certificate("good")
        self.assertEqual(self.check(), [])

    def test_a_certificate_that_ends_soon_is_a_warning_and_one_that_has_ended_an_error(self) -> None:
        self.certificate("soon", days=3)
        self.one(self.check("soon", "soon"), "warning: the certificate '", "soon.crt' expires in 2 days", "put a renewed one there")
        self.ended("over")
        lines = self.check("over", "over")
        self.one(lines, "over.crt' has expired", "put a renewed one there")
        self.assertFalse(any("warning" in line for line in lines), lines)

    def ended(self, name: str) -> None:
        self.certificate(name)
        request = self.path("request")
        self.openssl("req", "-new", "-key", self.path(name + ".key"), "-subj", "/CN=gate", "-out", request)
        config = self.path("ca.cnf")
        with open(config, "w", encoding="utf-8") as out:
            out.write(f"[ca]\ndefault_ca=d\n[d]\ndatabase={self.path('index')}\nserial={self.path('serial')}\nnew_certs_dir={self.folder}\n"
                      "default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n")
        with open(self.path("index"), "w", encoding="utf-8"), open(self.path("serial"), "w", encoding="utf-8") as number:
            number.write("01\n")
        self.openssl("ca", "-batch", "-selfsign", "-config", config, "-keyfile", self.path(name + ".key"), "-in", request, "-startdate",
                     "20200101000000Z", "-enddate", "20210101000000Z", "-notext", "-out", self.path(name + ".crt"))

    def test_files_that_cannot_be_read_or_do_not_belong_together_are_named(self) -> None:
        self.certificate("good")
        self.certificate("other")
        self.one(self.check("absent", "good"), "TLS of listen.http", "absent.crt' cannot be read")
        self.one(self.check("good", "other"), "TLS of listen.http", "good.crt", "other.key")

    def test_instances_that_would_not_get_through_to_this_one_are_warned_about(self) -> None:
        self.certificate("good")  # for the name gate, signed by itself
        self.certificate("other")
        with open(self.path("peers"), "w", encoding="utf-8") as secret:
            secret.write("a secret of more than sixteen bytes\n")
        os.chmod(self.path("peers"), 0o600)

        def lines(advertise: str, ca: str, tcp: str = "127.0.0.1:7070", more: str = "", secret: str = "peers") -> List[str]:
            return self.check(tcp=tcp, more="topics: [{ pattern: carts, mode: store }]\n"
                                       f"store: {{ group: g, advertise: {advertise}, peer_ca: {self.path(ca)}, peer_secret_file: {self.path(secret)} }}\n" + more)

        self.assertEqual(lines("gate", "good.crt"), [])
        self.assertEqual(lines("gate", "good.crt", more=f"tls.client_ca: {self.path('good.crt')}\ntls.client_auth: required\n"), [])
        would_not = "warning: an instance of the store.group with these settings would not get into listen.tcp at "
        self.one(lines("elsewhere", "good.crt"), would_not + "'elsewhere': its certificate is not for 'elsewhere': its store.advertise must be")
        self.one(lines("gate", "other.crt"), would_not + "'gate': its certificate is from an authority that is not trusted", "as store.peer_ca")
        self.one(lines("gate", "nowhere.crt"), would_not, "nowhere.crt' cannot be used: No such file")
        self.assertEqual(lines("gate", "good.crt", more=f"tls.client_ca: {self.path('other.crt')}\ntls.client_auth: optional\n"), [], "the secret is the proof")
        self.one(lines("gate", "good.crt", more=f"tls.client_ca: {self.path('other.crt')}\ntls.client_auth: required\n"), would_not, "refuse")
        self.one(lines("gate", "good.crt", tcp="off"), "cannot pass requests on to this one", "turn listen.tcp on")
        self.one(lines("gate", "good.crt", secret="nobody"), "store.peer_secret_file: ", "nobody cannot be read")
        os.chmod(self.path("peers"), 0o644)
        self.one(lines("gate", "good.crt"), "warning: '", "peers' holds the secret of the store.group and may be read by every user")

    def test_a_weak_key_is_refused_with_what_to_make_instead(self) -> None:
        self.certificate("weak", key="rsa:1024")
        self.one(self.check("weak", "weak"), "weak.crt' has an RSA key of 1024 bits", "make a new one with RSA 2048 or P-256")

    def test_secrets_that_every_user_may_read_are_named(self) -> None:
        self.certificate("good")
        os.chmod(self.path("good.key"), 0o644)
        with open(self.path("tickets"), "wb") as out:
            out.write(os.urandom(64))
        os.chmod(self.path("tickets"), 0o644)
        lines = self.check(more=f"tls.ticket_secret: {self.path('tickets')}\n")
        self.one(lines, "good.key' holds a secret of TLS", "chmod 640 " + self.path("good.key"))
        self.one(lines, "tickets' holds a secret of TLS")

    def test_the_issuers_keys_that_cannot_be_read_are_named(self) -> None:
        self.certificate("good")
        self.one(self.check(more=f"auth.jwt: {{ issuer: i, audience: a, jwks: {self.path('absent')} }}\ntenants: {{ t: {{ write: [a] }} }}\n"),
                 "auth.jwt.jwks: ", "absent")

    def test_rights_that_mean_little_or_too_much_are_warned_about(self) -> None:
        self.certificate("good")
        lines = self.check(more=f"""
auth:
  anonymous: {{ tenant: public }}
  api_keys: {{ file: {self.path('keys.yaml')} }}
tenants:
  shop: {{ write: [orders] }}
  idle: {{}}
  public: {{ write: ["*"] }}
topics:
  - pattern: carts
    cors: {{ origins: ["https://*shop.example", "https://*.shop.example"] }}
trusted_proxies: [0.0.0.0/0, 10.0.0.0/8]
""")
        self.one(lines, "warning: tenant 'shop' has no credential", "headgate key new --tenant shop")
        self.one(lines, "warning: tenant 'idle' may neither write nor read", "tenants.idle.write")
        self.one(lines, "warning: tenants.public.write is '*'", "name the topics that are meant")
        self.one(lines, "warning: topics 'carts': the origin 'https://*shop.example'")
        self.one(lines, "warning: trusted_proxies '0.0.0.0/0' is every address")
        self.assertFalse(any("'public' has no credential" in line or "10.0.0.0/8" in line for line in lines), lines)

    def test_a_revocation_list_that_is_out_of_date_is_named(self) -> None:
        self.certificate("good")
        config = self.path("ca.cnf")
        with open(config, "w", encoding="utf-8") as out:
            out.write(f"[ca]\ndefault_ca=d\n[d]\ndatabase={self.path('index')}\ndefault_md=sha256\n")
        open(self.path("index"), "w", encoding="utf-8").close()
        self.openssl("ca", "-gencrl", "-config", config, "-keyfile", self.path("good.key"), "-cert", self.path("good.crt"), "-crl_lastupdate",
                     "20200101000000Z", "-crl_nextupdate", "20210101000000Z", "-out", self.path("old.crl"))
        self.one(self.check(more=f"listen.http_tls: {{ client_ca: {self.path('good.crt')}, client_auth: optional, crl: {self.path('old.crl')} }}\n"),
                 "old.crl' is out of date")


if __name__ == "__main__":
    unittest.main()
