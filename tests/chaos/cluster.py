"""The three-broker Kafka a run breaks: scripts/kafka for its processes, kafka_wire for its topics. Used by faults.py and scenario_run.py."""
import os
import subprocess
import threading
import time

from chaos import kafka_wire, quick_start
from chaos.quick_start import ROOT
from local_kafka.certificates import Certificates

BROKERS = (1, 2, 3)
LOGIN_SECONDS = 4  # a login lasts this long, then the client must prove itself again
# Every login needs a certificate, too, and whoever logs in can be denied what is allowed to all.
SECURE = ("--secure", "--acl", "--set", "allow.everyone.if.no.acl.found=true", "--set", "listener.name.sasl_ssl.ssl.client.auth=required",
          "--set", f"connections.max.reauth.ms={LOGIN_SECONDS * 1000}")


class ClusterLost(Exception):
    """Kafka itself does not come back: this says nothing about the gateway."""


class Cluster:
    """Started if it does not run yet; then it is also ended with us."""

    def __init__(self, name, port):
        self.name, self.port, self.state = name, port, ROOT / "build/kafka" / name
        self.certificates = Certificates(self.state)
        self.kafka = kafka_wire.Kafka([port + broker - 1 for broker in BROKERS])
        self.bootstrap = ",".join(f"127.0.0.1:{port}" for port in self.kafka.ports)
        self.is_ours = False
        self.down, self.frozen = set(), set()
        self.lock = threading.Lock()

    def command(self, *arguments, check=True):
        command = [str(ROOT / "scripts/kafka"), *map(str, arguments), "--name", self.name]
        environment = {**quick_start.java_options(), **os.environ}
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True, check=False)
        if check and done.returncode:
            raise RuntimeError(f"scripts/kafka {' '.join(map(str, arguments))}: {done.stdout.strip()[-500:]}")
        return done

    def start(self):
        if self.command("status", check=False).returncode == 0:
            return
        self.rebuild()

    def stop(self):
        if self.is_ours:
            self.command("stop", "--now", check=False)
            unmount_all(ROOT / "build/kafka" / self.name)

    def kill(self, broker):
        """SIGKILL."""
        self.command("kill", broker, check=False)
        self.down.add(broker)

    def restart(self, broker):
        """Ends it in an orderly way if it runs, and starts it."""
        done = lambda: self.command("restart", broker, check=False).returncode == 0
        if not wait_until(done, 60, 2):  # the port of one that has only just ended may still be taken
            self.command("restart", broker)
        self.down.discard(broker)
        self.frozen.discard(broker)

    def shut_down(self, broker):
        """SIGTERM: Kafka's controlled shutdown; back at heal()."""
        os.kill(self.pid(broker), 15)
        self.down.add(broker)
        wait_until(lambda: not self.is_alive(broker), 60)

    def pid(self, broker):
        return int((ROOT / "build/kafka" / self.name / f"broker-{broker}/pid").read_text())

    def is_alive(self, broker):
        return is_running(self.pid(broker))

    def pause(self, broker):
        self.command("pause", broker)
        self.frozen.add(broker)

    def resume(self, broker):
        self.command("resume", broker)
        self.frozen.discard(broker)

    def heal(self):
        """Every broker runs again and answers; what every run ends with, also a failed one."""
        for broker in sorted(self.frozen):
            self.resume(broker)
        at_once([lambda broker=broker: self.restart(broker) for broker in sorted(self.down)])
        if not wait_until(lambda: self.command("status", check=False).returncode == 0, 150):
            raise ClusterLost(f"the cluster does not come back: {self.command('status', check=False).stdout}")

    def rebuild(self):
        """Thrown away and made anew, where nothing else helps."""
        unmount_all(ROOT / "build/kafka" / self.name)
        self.command("stop", "--now", check=False)
        self.down, self.frozen = set(), set()
        quick_start.make_archive(self.port)
        self.command("start", 3, "--port", self.port, "--fresh", *SECURE)
        self.is_ours = True


def at_once(calls):
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def unmount_all(folder):
    """Small disks (disks.py) that were left behind."""
    for data in folder.glob("broker-*/data"):
        if os.path.ismount(data):
            subprocess.run(["umount", "-l", str(data)], check=False)


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition, seconds, pause=0.25):
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
