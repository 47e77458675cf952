# Jars from Maven Central by the coordinates of a pom. Sourced.
# shellcheck shell=bash

# fetch_jars NAME VERSION FOLDER POM: POM is a command that prints the pom. Downloads beside the final folder and renames it when whole, so
# that an interrupted download is never taken for a good one.
fetch_jars() {
  local name=$1 version=$2 folder=$3 pom=$4 new=$3.new
  command -v mvn >/dev/null || die "$name's jars are not there yet, and neither is mvn to fetch them: run scripts/setup"
  rm -rf "$new"
  mkdir -p "$new"
  "$pom" >"$new/pom.xml"
  (cd "$new" && mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$new") ||
    die "could not fetch $name $version from Maven (coordinates in $new/pom.xml); behind a proxy or mirror: ~/.m2/settings.xml"
  rm -rf "$folder"
  mv "$new" "$folder"
}
