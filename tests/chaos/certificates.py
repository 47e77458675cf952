"""Certificates of listener AUTH, each its own authority. The brokers': one that the gateway trusts, or a strange one, as after a renewal that
went wrong. The gateway's own, for scenarios where it has one: the first, or the second, of which the brokers trust one. Used by
listeners.py, stage.py and faults.py."""
import shutil
import socket
import ssl
import subprocess

from chaos.cluster import BROKERS, ROOT, at_once

TRUSTED, STRANGE, FIRST, SECOND = "trusted", "strange", "first", "second"


def folder(cluster):
    return ROOT / "build/kafka" / cluster.name / "certificates"


def authority(cluster):
    """What the gateway is to trust."""
    return folder(cluster) / f"{TRUSTED}.crt"


def in_use(cluster):
    """Key and certificate as the brokers read them when they start."""
    return folder(cluster) / "broker.pem"


def clients(cluster):
    """What the brokers trust of clients, read when they start."""
    return folder(cluster) / "clients.crt"


def make(cluster):
    folder(cluster).mkdir(exist_ok=True)
    for who in (TRUSTED, STRANGE, FIRST, SECOND):
        key, certificate = folder(cluster) / f"{who}.key", folder(cluster) / f"{who}.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                        "-subj", f"/CN={who}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
                       check=True, capture_output=True)
        (folder(cluster) / f"{who}.pem").write_text(key.read_text() + certificate.read_text())
    use(cluster, TRUSTED, FIRST)


def use(cluster, broker, client):
    shutil.copyfile(folder(cluster) / f"{broker}.pem", in_use(cluster))
    shutil.copyfile(folder(cluster) / f"{client}.crt", clients(cluster))


def replace(cluster, broker, client):
    """All brokers end in an orderly way and start with these."""
    use(cluster, broker, client)
    at_once([lambda number=number: cluster.restart(number) for number in BROKERS])


def reset(cluster):
    """An interrupted run may have left others."""
    as_made = in_use(cluster).read_text() == (folder(cluster) / f"{TRUSTED}.pem").read_text()
    if not as_made or clients(cluster).read_text() != (folder(cluster) / f"{FIRST}.crt").read_text():
        replace(cluster, TRUSTED, FIRST)


def is_shown(cluster, port, who):
    """Which of the two the broker at this port has, as a client that trusts `authority` alone sees it. The listener may come up a moment
    after the broker."""
    client = ssl.create_default_context(cafile=authority(cluster))
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            with client.wrap_socket(plain, server_hostname="127.0.0.1"):
                return who == TRUSTED
    except ssl.SSLCertVerificationError:
        return who == STRANGE
    except OSError:
        return False
