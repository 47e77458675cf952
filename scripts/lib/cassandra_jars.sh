# Apache Cassandra as jars from Maven Central, fetched by coordinates, kept in the cache folder, one folder a version. Sourced.
# shellcheck shell=bash disable=SC2034,SC2154

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

# Downloads beside the final folder and renames it when whole, so that an interrupted download is never taken for a good one.
ensure_cassandra_jars() {
  ! have_cassandra_jars || return 0
  command -v mvn >/dev/null || die "Cassandra's jars are not there yet, and neither is mvn to fetch them: run scripts/setup"
  local new
  new=$(cassandra_jars).new
  rm -rf "$new"
  mkdir -p "$new"
  cassandra_pom >"$new/pom.xml"
  (cd "$new" && mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$new") ||
    die "could not fetch Cassandra $cassandra_version from Maven (coordinates in $new/pom.xml); behind a proxy or mirror: ~/.m2/settings.xml"
  rm -rf "$(cassandra_jars)"
  mv "$new" "$(cassandra_jars)"
}
