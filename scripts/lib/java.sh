# Chooses the Java that runs Kafka. Sourced by scripts/kafka.
# shellcheck shell=bash disable=SC2154

java_version_min=17

# The major version of a java program, from the file beside it or from its own mouth; 0 if it does not say.
java_major() {
  local home version
  home=$(dirname "$(dirname "$(readlink -f "$1")")")
  version=$(sed -nE 's/^JAVA_VERSION="([0-9]+).*/\1/p' "$home/release" 2>/dev/null || true)
  [[ $version ]] || version=$("$1" -version 2>&1 | sed -nE '1s/.*version "?([0-9]+).*/\1/p')
  echo "${version:-0}"
}

# Prints the first java that is new enough: of JAVA_HOME, of PATH, of Debian's packages.
find_java() {
  local java
  for java in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java)" /usr/lib/jvm/java-*-openjdk-*/bin/java; do
    [[ -x $java ]] || continue
    if (($(java_major "$java") >= java_version_min)); then echo "$java"; return; fi
  done
  return 1
}

require_java() {
  java=$(find_java) && return
  java=$(command -v java || true)
  [[ $java ]] || die "Java is not installed: run scripts/setup"
  die "Kafka needs Java $java_version_min or newer, $java is $(java_major "$java"), and there is no other: run scripts/setup, or name one in JAVA_HOME"
}
