#!/bin/sh
# The HTTP front end with nothing but curl. usage: examples/curl.sh [http://127.0.0.1:8080] [topic]
set -eu
gateway=${1:-http://127.0.0.1:8080}
topic=${2:-orders}
events=$gateway/v1/topics/$topic/events

say() { printf '\n# %s\n' "$1"; }

say "is it ready?"
curl -sS "$gateway/readyz"

say "one event; its key is its aggregateId"
curl -sS "$events" -H 'Content-Type: application/json' \
  -d '{"eventType":"OrderPlaced","aggregateId":"order-1","total":10}'

say "three events, one a line, with the position of each in the answer"
printf '%s\n' \
  '{"eventType":"ItemAddedToCart","aggregateId":"order-2","sku":"a"}' \
  '{"eventType":"ItemAddedToCart","aggregateId":"order-2","sku":"b"}' \
  '{"eventType":"OrderPlaced","aggregateId":"order-2"}' |
  curl -sS "$events?results=each" -H 'Content-Type: application/x-ndjson' --data-binary @-

say "one of two is broken: the other is persisted, the answer names the failure (status 207)"
printf '{"aggregateId":"order-3"}\n{"aggregateId":\n' |
  curl -sS -w '\nstatus %{http_code}\n' "$events" -H 'Content-Type: application/x-ndjson' --data-binary @-

say "any bytes with a key of your own"
printf 'opaque bytes' | curl -sS "$events" -H 'Content-Type: application/octet-stream' -H 'Headgate-Key: order-4' --data-binary @-

say "compressed"
printf '{"aggregateId":"order-5","note":"sent with gzip"}\n' | gzip -c |
  curl -sS "$events" -H 'Content-Type: application/x-ndjson' -H 'Content-Encoding: gzip' --data-binary @-

say "where does a key go?"
curl -sS "$gateway/v1/topics/$topic/partition-of?key=order-1"

say "a topic that is not there (404: the gateway creates none)"
curl -sS -w '\nstatus %{http_code}\n' "$gateway/v1/topics/no-such-topic/events" -d '{}'
