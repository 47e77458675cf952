"""Certificates of a secure cluster, made by openssl: an authority that everyone trusts and another one that nobody does, what brokers may show,
and what clients may have. `use` puts in place what brokers show and whom they trust; they read both when they start."""
import shutil
import socket
import ssl
import subprocess

OURS, OTHER = "ca", "other-ca"  # authorities
# The certificates that brokers may show, by whom each is signed, and what it says. One of them is in use.
BROKER_KINDS = ("trusted", "strange", "expired", "wrong-host")
CLIENTS = {"client": OURS, "other-client": OTHER}
HERE, ELSEWHERE = "IP:127.0.0.1,DNS:localhost", "DNS:kafka.elsewhere.example"
LONG_AGO, LAST_YEAR, FAR_AHEAD = "20200101000000Z", "20210101000000Z", "20450101000000Z"
OPENSSL_CA = """
[ca]
default_ca = this
[this]
dir = {folder}
database = $dir/index.txt
rand_serial = yes
new_certs_dir = $dir
default_md = sha256
unique_subject = no
copy_extensions = copy
policy = any
[any]
commonName = supplied
"""


class Certificates:
    def __init__(self, state):
        self.folder = state / "certificates"

    def authority(self, name=OURS):
        """The authority that clients are to trust."""
        return self.folder / f"{name}.crt"

    @property
    def in_use(self):
        """Key and certificate as the brokers read them when they start."""
        return self.folder / "broker.pem"

    @property
    def trusted_clients(self):
        """The authority whose clients the brokers take."""
        return self.folder / "clients.crt"

    def make(self):
        if self.in_use.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "openssl.cnf").write_text(OPENSSL_CA.format(folder=self.folder))
        (self.folder / "index.txt").touch()
        for name in (OURS, OTHER):
            self.request(name, "Headgate local Kafka", HERE, "-x509", "-days", "7300")
        for name, authority, address, end in (("trusted", OURS, HERE, FAR_AHEAD), ("strange", OTHER, HERE, FAR_AHEAD),
                                              ("expired", OURS, HERE, LAST_YEAR), ("wrong-host", OURS, ELSEWHERE, FAR_AHEAD)):
            self.sign(name, "broker", authority, address, end)
        for name, authority in CLIENTS.items():
            self.sign(name, name, authority, HERE, FAR_AHEAD)
        self.use("trusted", OURS)

    def sign(self, name, subject, authority, address, end):
        """NAME.key, NAME.crt, and both in NAME.pem."""
        request, certificate = self.folder / f"{name}.csr", self.folder / f"{name}.crt"
        self.request(name, subject, address, out=request)
        openssl("ca", "-batch", "-notext", "-config", self.folder / "openssl.cnf", "-cert", self.authority(authority), "-keyfile",
                self.folder / f"{authority}.key", "-startdate", LONG_AGO, "-enddate", end, "-in", request, "-out", certificate)
        request.unlink()
        (self.folder / f"{name}.pem").write_text((self.folder / f"{name}.key").read_text() + certificate.read_text())

    def request(self, name, subject, address, *options, out=None):
        openssl("req", *options, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={subject}", "-addext",
                f"subjectAltName={address}", "-keyout", self.folder / f"{name}.key", "-out", out or self.authority(name))

    def use(self, broker, clients_of):
        """Takes effect when the brokers start the next time."""
        shutil.copyfile(self.folder / f"{broker}.pem", self.in_use)
        shutil.copyfile(self.authority(clients_of), self.trusted_clients)

    def is_used(self, broker, clients_of):
        return (self.in_use.read_text() == (self.folder / f"{broker}.pem").read_text()
                and self.trusted_clients.read_text() == self.authority(clients_of).read_text())

    def is_trusted_at(self, port):
        """Whether a client that trusts our authority alone takes what the broker at this port shows; None where nobody answers."""
        client = ssl.create_default_context(cafile=self.authority())
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
                with client.wrap_socket(plain, server_hostname="127.0.0.1"):
                    return True
        except ssl.SSLCertVerificationError:
            return False
        except OSError:
            return None


def openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.strip()[-300:]}")
    return done.stdout
