"""The brokers' certificate on listener AUTH: one that the gateway trusts, or a strange one, as after a renewal that went wrong. Each is its
own authority. Used by listeners.py, stage.py and faults.py."""
import shutil
import socket
import ssl
import subprocess

from chaos.cluster import BROKERS, ROOT, at_once

TRUSTED, STRANGE = "trusted", "strange"


def folder(cluster):
    return ROOT / "build/kafka" / cluster.name / "certificates"


def authority(cluster):
    """What the gateway is to trust."""
    return folder(cluster) / f"{TRUSTED}.crt"


def in_use(cluster):
    """Key and certificate as the brokers read them when they start."""
    return folder(cluster) / "broker.pem"


def make(cluster):
    folder(cluster).mkdir(exist_ok=True)
    for who in (TRUSTED, STRANGE):
        key, certificate = folder(cluster) / f"{who}.key", folder(cluster) / f"{who}.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                        "-subj", f"/CN={who}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
                       check=True, capture_output=True)
        (folder(cluster) / f"{who}.pem").write_text(key.read_text() + certificate.read_text())
    use(cluster, TRUSTED)


def use(cluster, who):
    shutil.copyfile(folder(cluster) / f"{who}.pem", in_use(cluster))


def are(cluster, who):
    return in_use(cluster).read_bytes() == (folder(cluster) / f"{who}.pem").read_bytes()


def replace(cluster, who):
    """All brokers end in an orderly way and start with the other one."""
    use(cluster, who)
    at_once([lambda broker=broker: cluster.restart(broker) for broker in BROKERS])


def shown(cluster, port):
    """Which of the two the broker at this port has, as a client that trusts `authority` alone sees it."""
    client = ssl.create_default_context(cafile=authority(cluster))
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        try:
            with client.wrap_socket(plain, server_hostname="127.0.0.1"):
                return TRUSTED
        except ssl.SSLCertVerificationError:
            return STRANGE


def is_shown(cluster, port, who):
    """The listener may come up a moment after the broker."""
    try:
        return shown(cluster, port) == who
    except OSError:
        return False
