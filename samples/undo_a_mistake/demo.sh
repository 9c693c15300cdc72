#!/bin/sh
# Pauses the journeys of a wrong list in a sandbox that loses some answers, then takes back what that run did, and what
# it may have done, until each journey is as it was before. Bounded: some 15 seconds.
set -eu
work=$(mktemp -d)
sandbox=
trap 'kill $sandbox 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work"

bulk-journeys sandbox --journeys 300 --mix running=70,paused=20,draft=10 --forbidden 6 --fault error=0.03 \
    --export journeys.csv >url 2>/dev/null &
sandbox=$!
while ! [ -s url ]; do kill -0 $sandbox; sleep 0.1; done

PUSHWOOSH_API_TOKEN=sandbox
PUSHWOOSH_BASE_URL=$(cat url)
BULK_JOURNEYS_STATE_DIR=$work/state
BULK_JOURNEYS_RUNS_DIR=runs
export PUSHWOOSH_API_TOKEN PUSHWOOSH_BASE_URL BULK_JOURNEYS_STATE_DIR BULK_JOURNEYS_RUNS_DIR

# Shows a command, runs it, and tells its exit status if that is not 0.
show() {
    echo "\$ $*"
    "$@" || echo "exit status $?"
}

# Tells how many journeys are not as they were before; $differ is their number.
compare() {
    python -m bulk_journeys.sandbox.audit --statuses "$PUSHWOOSH_BASE_URL" >after
    differ=$(diff before after | grep -c '^>' || true)
    echo "$differ journeys differ from before"
}

python -m bulk_journeys.sandbox.audit --statuses "$PUSHWOOSH_BASE_URL" >before
show bulk-journeys run journeys.csv --action pause --yes --rate 100/s
echo
compare

echo
show bulk-journeys undo --as-listed --yes --rate 100/s

echo
compare
[ "$differ" -eq 0 ]
