#!/usr/bin/env bash
# Debian 12 only: fetches Debian 13's librdkafka source package and rebuilds it here. Called by scripts/setup as
# `rdkafka.sh fetch` (network, no root, nothing of the machine's own apt changes) and `rdkafka.sh build` (compiler).
# The .debs stay in the cache folder, so a next machine image or a next run installs them at once.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

work=$cache_dir/librdkafka
suite=trixie

# The mirror this machine already uses for Debian itself, in whatever form its sources are written. Lists that were never
# refreshed do not know their origin yet; then the first that has the shape of Debian's main is taken.
mirror() {
  apt-get indextargets --format "\$(REPO_URI) \$(RELEASE) \$(COMPONENT) \$(ORIGIN)" 'Created-By: Packages' | awk '
    $2 !~ /^(bookworm|trixie|stable|oldstable)$/ || $3 != "main" || $1 ~ /security/ { next }
    $4 == "Debian" { origin = $1; exit }
    first == "" { first = $1 }
    END { print origin != "" ? origin : first }'
}

# A private apt: its own sources, lists and cache. Interrupt it at will, the machine's apt never knew.
private_apt() {
  apt-get -q -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$work/lists" \
    -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3 \
    -o Acquire::IndexTargets::deb-src::Contents-dsc::DefaultEnabled=false "$@"
}

fetch() {
  ! compgen -G "$work/librdkafka1_*.deb" >/dev/null || return 0
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  cd "$work"
  local from key=/usr/share/keyrings/debian-archive-keyring.gpg signed=""
  from=$(mirror)
  [[ -n $from ]] || die "found no Debian mirror in this machine's apt sources (apt-get indextargets)"
  [[ ! -r $key ]] || signed="[signed-by=$key] "
  echo "deb-src $signed$from $suite main" >sources.list
  private_apt update
  rm -rf librdkafka-*/
  private_apt source --download-only librdkafka
}

build() {
  ! compgen -G "$work/librdkafka1_*.deb" >/dev/null || return 0
  cd "$work"
  rm -rf source
  dpkg-source -x librdkafka_*.dsc source
  cd source
  # Debug information would be stripped anyway, and is a sixth of the work.
  DEB_BUILD_OPTIONS="nocheck nodoc noautodbgsym parallel=$(nproc)" DEB_CFLAGS_APPEND=-g0 DEB_CXXFLAGS_APPEND=-g0 dpkg-buildpackage -b -uc -us
  rm -rf "$work/source" "$work/lists" "$work/cache"
}

case ${1:-} in
  fetch) fetch ;;
  build) build ;;
  *) die "usage: rdkafka.sh fetch|build" ;;
esac
