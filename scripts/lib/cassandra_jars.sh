# Apache Cassandra as jars from Maven Central, fetched by coordinates, kept in the cache folder, one folder a version. Sourced.
# shellcheck shell=bash disable=SC2034,SC2154
# shellcheck source=maven_jars.sh
source "$root/scripts/lib/maven_jars.sh"

cassandra_version=5.0.9

cassandra_jars() { echo "$cache_dir/cassandra-$cassandra_version"; }

cassandra_pom() {
  cat <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>headgate</groupId> <artifactId>local-cassandra</artifactId> <version>1</version> <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.cassandra</groupId><artifactId>cassandra-all</artifactId><version>$cassandra_version</version></dependency>
  </dependencies>
</project>
POM
}

have_cassandra_jars() { [[ -s $(cassandra_jars)/cassandra-all-$cassandra_version.jar ]]; }

ensure_cassandra_jars() { have_cassandra_jars || fetch_jars Cassandra "$cassandra_version" "$(cassandra_jars)" cassandra_pom; }
