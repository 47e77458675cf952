"""Bad days on purpose: faults on a real Kafka cluster under load, audited from Kafka itself. Start with `tests/chaos/run --help`."""
import pathlib
import sys

# The code that makes a Kafka secure is scripts/kafka's, and used here, too.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lib"))
