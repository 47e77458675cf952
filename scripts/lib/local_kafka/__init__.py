"""What scripts/kafka does to a running Kafka, and what makes it one as it is run in production: certificates, logins, users, rights, quotas. Speaks
Kafka's protocol itself, because a JVM for each question costs seconds. The chaos driver (tests/chaos) uses the same modules."""
