"""A gateway that is guarded: TLS on its listeners, API keys, tenants with quotas; and how certificates are renewed and keys are revoked under load. The
driver's own clients come with keys over TLS; the load generator comes plainly, as the anonymous tenant. Used by stage.py, own_load.py and faults.py."""
import http.client
import os
import ssl
import subprocess
import time

from chaos.cluster import wait_until

TAKEN_UP_S = 3.0  # renewed files and revoked keys, within
CONFIG = """auth:
  anonymous: {{ tenant: load }}
  api_keys: {{ file: {keys} }}
tenants:
  load: {{ write: ["{others}"], read: ["*"] }}
  own: {{ write: ["*-own"], read: ["*"], quota: {{ events: {events}/s, connections: 640, in_flight: 1GiB }} }}
tls: {{ certificate: {certificate}, key: {key} }}
listen.http_tls: {{ mode: optional }}
listen.tcp_tls: {{ mode: optional }}
"""


class Guard:
    """`is_tight`: quotas bite, and the load generator's tenant may write to its own topic alone. Else nobody is held back by them."""

    def __init__(self, headgate, folder, is_tight):
        self.headgate, self.folder, self.is_tight = headgate, folder, is_tight
        self.keys, self.certificate, self.key = (folder / name for name in ("keys.yaml", "edge.crt", "edge.key"))
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=authority", "-days", "30", "-keyout", "ca.key", "-out", "ca.crt")
        self.make_certificate()
        self.context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        self.newest = self.oldest = self.make_key()
        self.revoked_at = None

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True, timeout=60)

    def make_certificate(self):
        """Key first, then the certificate, each by a rename, as renewing programs do it."""
        (self.folder / "names").write_text("subjectAltName=IP:127.0.0.1")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=edge", "-keyout", "new.key", "-out", "new.csr")
        self.openssl("x509", "-req", "-in", "new.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "names",
                     "-out", "new.crt")
        (self.folder / "new.key").chmod(0o600)
        os.replace(self.folder / "new.key", self.key)
        os.replace(self.folder / "new.crt", self.certificate)

    def run_headgate(self, *arguments):
        return subprocess.run([self.headgate, "key", *arguments, "--file", str(self.keys)], check=True, capture_output=True, text=True,
                              timeout=60).stdout.strip()

    def make_key(self):
        return self.run_headgate("new", "--tenant", "own")

    def config(self):
        others, events = ("*-load", 300) if self.is_tight else ("*", 1_000_000)
        return CONFIG.format(keys=self.keys, certificate=self.certificate, key=self.key, others=others, events=events)

    def connect(self, host, port, timeout):
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=self.context)

    def credential(self, client):
        """Every other client notices late that its key is none any more."""
        return {"Authorization": "Bearer " + (self.newest if client % 2 == 0 else self.oldest)}

    def renew(self, host, port, is_real=True):
        """The problems that were met: a connection of before must go on, and new ones must see the new certificate. `is_real`: False for a
        control, which changes nothing."""
        kept = self.connect(host, port, 10)
        if ask(kept) != 200:
            return ["renewal: no connection to begin with"]
        before = kept.sock.getpeercert()["serialNumber"]
        if is_real:
            self.make_certificate()
        is_new = wait_until(lambda: self.shown(host, port) not in (None, before), TAKEN_UP_S)
        problems = [] if is_new else [f"renewal: {TAKEN_UP_S} s later new connections still see the old certificate"]
        if ask(kept) != 200:
            problems.append("renewal: a connection of before is gone")
        kept.close()
        return problems

    def shown(self, host, port):
        connection = self.connect(host, port, 10)
        try:
            connection.connect()
            return connection.sock.getpeercert()["serialNumber"]
        except OSError:
            return None
        finally:
            connection.close()

    def revoke(self, is_real=True):
        self.newest = self.make_key()
        time.sleep(TAKEN_UP_S)  # the new one is known before anybody needs it
        if is_real:
            self.run_headgate("revoke", self.oldest)
        self.revoked_at = time.time()

    def hand_out(self, clients):
        """The late clients get the new key; what went wrong before they did. Events sent in time may be answered late, as a broker is down."""
        late = [c for c in clients if c.index % 2 == 1 and c.last_written > self.revoked_at + TAKEN_UP_S]
        self.oldest = self.newest
        return [f"revocation: a revoked key still writes after {TAKEN_UP_S} s (client {c.index})" for c in late]


def ask(connection):
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
