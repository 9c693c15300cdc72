#!/bin/sh
# Pauses 2,000 journeys of a sandbox that takes 40 requests a second, and 80 after 15 seconds, and tells nobody; draws
# what it took; then starts the journeys again, from the limit that was found. Bounded: some 70 seconds.
# Whatever it makes is in the folder that $1 names, or else in a temporary one.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -gt 0 ]; then mkdir -p "$1" && work=$(cd "$1" && pwd) && temporary=; else work=$(mktemp -d) && temporary=$work; fi
cd "$work"
rm -f url

bulk-journeys sandbox --journeys 2000 --export journeys.csv --rate 40/s --rate 80/s@15s --limiter sliding \
    --retry-hint none --latency 50-200ms >url 2>/dev/null &
sandbox=$!
trap 'kill $sandbox 2>/dev/null || true; wait 2>/dev/null || true; [ -z "$temporary" ] || rm -rf "$temporary"' EXIT
trap 'exit 130' INT TERM
while ! [ -s url ]; do kill -0 $sandbox; sleep 0.1; done

PUSHWOOSH_API_TOKEN=sandbox
PUSHWOOSH_BASE_URL=$(cat url)
BULK_JOURNEYS_STATE_DIR=$work/state
BULK_JOURNEYS_RUNS_DIR=runs
export PUSHWOOSH_API_TOKEN PUSHWOOSH_BASE_URL BULK_JOURNEYS_STATE_DIR BULK_JOURNEYS_RUNS_DIR

echo '$ bulk-journeys run journeys.csv --action pause --yes'
bulk-journeys run journeys.csv --action pause --yes
first=$(ls -d runs/*-pause-* | tail -n 1)

echo
echo "\$ python picture.py $first --text"
python "$here/picture.py" "$first" --text
python "$here/picture.py" "$first" --limit 40 --limit 80@15 --title '2,000 journeys, and a limit that nobody knows' >rate.svg

echo
echo '$ bulk-journeys run journeys.csv --action start --yes'
bulk-journeys run journeys.csv --action start --yes
second=$(ls -d runs/*-start-* | tail -n 1)

echo
echo "first run   $(python "$here/picture.py" "$first" --text | tail -n 1)"
echo "second run  $(python "$here/picture.py" "$second" --text | tail -n 1)"
[ -n "$temporary" ] || echo "picture     $work/rate.svg"
