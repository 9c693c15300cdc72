#!/bin/sh
# Kills a run of 400 journeys in its middle, asks what is known, lets it go on, and holds the result log against what
# the sandbox says really happened. Bounded: some 10 seconds.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
sandbox= run=
trap 'kill $run $sandbox 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work"

bulk-journeys sandbox --journeys 400 --latency 50-100ms --export journeys.csv >url 2>/dev/null &
sandbox=$!
while ! [ -s url ]; do kill -0 $sandbox; sleep 0.1; done

PUSHWOOSH_API_TOKEN=sandbox
PUSHWOOSH_BASE_URL=$(cat url)
BULK_JOURNEYS_STATE_DIR=$work/state
BULK_JOURNEYS_RUNS_DIR=runs
export PUSHWOOSH_API_TOKEN PUSHWOOSH_BASE_URL BULK_JOURNEYS_STATE_DIR BULK_JOURNEYS_RUNS_DIR
settled() { cat runs/*/journal.jsonl 2>/dev/null | grep -c '"event":"settled"' || true; }

echo '$ bulk-journeys run journeys.csv --action pause --yes --rate 100/s --concurrency 10 &'
bulk-journeys run journeys.csv --action pause --yes --rate 100/s --concurrency 10 &
run=$!
while [ "$(settled)" -lt 180 ]; do kill -0 $run; sleep 0.1; done
echo
echo '$ kill -KILL $!'
kill -KILL $run
wait $run 2>/dev/null || echo "exit status $?"
run=

echo
echo '$ bulk-journeys report'
bulk-journeys report
cp runs/*/results.jsonl known.jsonl

echo
echo '$ bulk-journeys resume --rate 100/s --concurrency 10'
status=0
bulk-journeys resume --rate 100/s --concurrency 10 || status=$?
echo "exit status $status"

echo
python -m bulk_journeys.sandbox.audit --interrupted runs/*/results.jsonl "$PUSHWOOSH_BASE_URL"
python "$here/sent_again.py" known.jsonl "$PUSHWOOSH_BASE_URL"
