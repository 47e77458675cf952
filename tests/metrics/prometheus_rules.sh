#!/bin/sh
# The alert rules are valid, and each fires when it should and only then. Skipped (77) where promtool is missing, except in CI.
set -eu
cd "$(dirname "$0")/../../deploy/prometheus"
if ! command -v promtool >/dev/null; then
  echo "promtool is not installed (package prometheus)"
  [ -n "${CI:-}" ] && exit 1
  exit 77
fi
promtool check config prometheus.example.yml
promtool check rules headgate.rules.yml
promtool test rules headgate.rules.test.yml
