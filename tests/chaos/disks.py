"""Small disks: a broker's data on a file system of its own that a fault can fill to the last byte. Needs the right to mount. Used by
faults.py and scenario_run.py."""
import os
import pathlib
import shutil
import subprocess

from chaos.cluster import ROOT

SIZE = "1g"
FILLER = "filler"


class Disks:
    def __init__(self, cluster):
        self.cluster, self.mounted = cluster, set()

    def folder(self, broker):
        return ROOT / "build/kafka" / self.cluster.name / f"broker-{broker}"

    def make_small(self, brokers):
        """These go on with the same data on small disks."""
        for broker in brokers:
            folder = self.folder(broker)
            self.cluster.kill(broker)
            os.rename(folder / "data", folder / "data-large")
            (folder / "data").mkdir()
            mount("-t", "tmpfs", "-o", f"size={SIZE}", "headgate-chaos", folder / "data")
            self.mounted.add(broker)
            copy(folder / "data-large", folder / "data")
        self.cluster.heal()

    def fill(self, broker):
        """Not one byte is left."""
        with open(self.folder(broker) / "data" / FILLER, "wb") as file:
            block = bytes(1 << 20)
            try:
                while True:
                    file.write(block)
                    file.flush()
            except OSError:
                pass  # full: that is the aim

    def free(self, broker):
        (self.folder(broker) / "data" / FILLER).unlink(missing_ok=True)

    def restore(self):
        """Back on the large disks, as the next run wants it."""
        for broker in sorted(self.mounted):
            folder = self.folder(broker)
            self.free(broker)
            self.cluster.kill(broker)
            shutil.rmtree(folder / "data-large")
            (folder / "data-large").mkdir()
            copy(folder / "data", folder / "data-large")
            subprocess.run(["umount", "--lazy", folder / "data"], check=True)
            os.rmdir(folder / "data")
            os.rename(folder / "data-large", folder / "data")
        if self.mounted:
            self.mounted.clear()
            self.cluster.heal()


def mount(*arguments):
    done = subprocess.run(["mount", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"no right to mount here: {done.stdout.strip()}")


def copy(source: pathlib.Path, target: pathlib.Path):
    subprocess.run(["cp", "-a", f"{source}/.", str(target)], check=True)

