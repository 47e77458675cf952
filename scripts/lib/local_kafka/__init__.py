"""Does the work of scripts/kafka on a running Kafka, and makes it one as it is run in production: certificates, logins, users, rights, quotas. Speaks
Kafka's protocol itself, because a JVM for each question costs seconds. The chaos driver (tests/chaos) uses the same modules."""
