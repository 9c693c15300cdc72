#!/bin/sh
# Pauses the journeys of journeys.csv in a sandbox where every fifth request meets a fault, then holds the result
# log against what the sandbox says really happened. Bounded: some 10 seconds.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'kill $sandbox 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM

bulk-journeys sandbox --journeys 500 --seed "${SEED:-7}" --fault any=0.2 --latency 20-80ms >"$work/url" 2>/dev/null &
sandbox=$!
while ! [ -s "$work/url" ]; do kill -0 $sandbox; sleep 0.1; done

PUSHWOOSH_API_TOKEN=sandbox
PUSHWOOSH_BASE_URL=$(cat "$work/url")
export PUSHWOOSH_API_TOKEN PUSHWOOSH_BASE_URL
cd "$work"

echo '$ bulk-journeys run journeys.csv --action pause --yes --rate 100/s --concurrency 20 --timeout 1'
cp "$here/journeys.csv" .
status=0
bulk-journeys run journeys.csv --action pause --yes --rate 100/s --concurrency 20 --timeout 1 || status=$?
echo "exit status $status"

echo
echo '$ head -n 3 runs/*/results.csv'
head -n 3 runs/*/results.csv

echo
python -m bulk_journeys.sandbox.audit runs/*/results.jsonl "$PUSHWOOSH_BASE_URL"
