"""Bad days on purpose: faults on a real Kafka cluster under load, audited from Kafka itself. Start with `tests/chaos/run --help`."""
