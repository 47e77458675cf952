"""The certificates of a Cassandra that encrypts, as those of a secure Kafka: `local_cassandra.py STATE` makes them below STATE/certificates,
unless they are there. The node shows broker.pem; ca.crt has signed it, other-ca.crt has not."""
import sys
from pathlib import Path

from local_kafka.certificates import Certificates

if __name__ == "__main__":
    Certificates(Path(sys.argv[1])).make()
