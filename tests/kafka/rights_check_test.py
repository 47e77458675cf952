"""`headgate check` against a real broker: patterns of tenants that match none of its topics are named, and the others are not.
rights_check_test.py HEADGATE SCRIPTS_KAFKA, with HEADGATE_TEST_KAFKA=HOST:PORT and HEADGATE_TEST_KAFKA_NAME"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
import uuid
from pathlib import Path

KAFKA_SCRIPT = sys.argv.pop(2)
HEADGATE = sys.argv.pop(1)
IN_TIME_S = 60.0


class RightsCheckTest(unittest.TestCase):
    def test_patterns_that_no_topic_matches_are_named(self) -> None:
        topic = "rights-" + uuid.uuid4().hex[:8]
        name = os.environ.get("HEADGATE_TEST_KAFKA_NAME", "test")
        subprocess.run([KAFKA_SCRIPT, "topic", "create", topic, "--partitions", "1", "--name", name], check=True, stdout=subprocess.DEVNULL, timeout=IN_TIME_S)
        with tempfile.TemporaryDirectory() as folder:
            keys, config = Path(folder) / "keys.yaml", Path(folder) / "headgate.yaml"
            subprocess.run([HEADGATE, "key", "new", "--tenant", "shop", "--file", keys], check=True, capture_output=True, timeout=IN_TIME_S)
            config.write_text(json.dumps({
                "kafka": {"bootstrap": os.environ["HEADGATE_TEST_KAFKA"]}, "auth": {"api_keys": {"file": str(keys)}},
                "tenants": {"shop": {"write": [topic, "rights-*", "rihgts-*"], "read": ["nowhere"]}}}), encoding="utf-8")
            config.chmod(0o600)
            done = subprocess.run([HEADGATE, "check", "--config", config], capture_output=True, text=True, timeout=IN_TIME_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        said = done.stderr.splitlines()
        self.assertEqual(len(said), 2, said)
        self.assertIn("warning: tenants.shop.write: 'rihgts-*' matches no topic that Kafka has", said[0])
        self.assertIn("warning: tenants.shop.read: 'nowhere' matches no topic that Kafka has", said[1])


if __name__ == "__main__":
    unittest.main()
