# Apache Kafka as jars from Maven Central, fetched by coordinates, kept in the cache folder, one folder a version. Sourced.
# shellcheck shell=bash disable=SC2034,SC2154
# shellcheck source=maven_jars.sh
source "$root/scripts/lib/maven_jars.sh"

kafka_version_default=4.1.1
kafka_version=$kafka_version_default
# The oldest that the scripts know how to start: KRaft with all that users, quotas and rights need.
kafka_version_min=3.7.0

use_kafka_version() {
  [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+$ && $(printf '%s\n' "$kafka_version_min" "$1" | sort -V | head -n 1) == "$kafka_version_min" ]] ||
    die "--version takes a Kafka version from $kafka_version_min on, not '$1'"
  kafka_version=$1
}

kafka_jars() { echo "$cache_dir/kafka-$kafka_version"; }

kafka_pom() {
  cat <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>headgate</groupId> <artifactId>local-kafka</artifactId> <version>1</version> <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$kafka_version</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>$kafka_version</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-reload4j</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
POM
}

have_kafka_jars() { [[ -s $(kafka_jars)/kafka_2.13-$kafka_version.jar ]]; }

ensure_kafka_jars() { have_kafka_jars || fetch_jars Kafka "$kafka_version" "$(kafka_jars)" kafka_pom; }
