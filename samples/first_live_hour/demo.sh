#!/bin/sh
# Plays the first hour on this machine: a sandbox is the API, once as it is assumed to be, and once with a limit that it
# states, and with connections that it closes after three idle seconds. Bounded: some 25 seconds.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
first= second=
trap 'kill $first $second 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work"

bulk-journeys sandbox --journeys 1 --export journeys.csv >url 2>/dev/null &
first=$!
bulk-journeys sandbox --journeys 1 --rate 10/s --retry-hint ratelimit --idle-close 3 >url2 2>/dev/null &
second=$!
while ! [ -s url ] || ! [ -s url2 ]; do kill -0 $first; kill -0 $second; sleep 0.1; done
journey=$(sed -n '2s/,.*//p' journeys.csv)

PUSHWOOSH_API_TOKEN=sandbox
export PUSHWOOSH_API_TOKEN

# Shows a command, runs it at the address in a file, and tells its exit status.
show() {
    PUSHWOOSH_BASE_URL=$(cat "$1")
    export PUSHWOOSH_BASE_URL
    shift
    echo "\$ python first_hour.py $*"
    status=0
    python "$here/first_hour.py" "$@" 2>&1 || status=$?
    echo "exit status $status"
}

show url "$journey" first --yes
[ "$status" -eq 0 ]

echo
show url2 "$journey" second --yes
[ "$status" -eq 3 ]

echo
echo 'both journeys in the end:'
python -m bulk_journeys.sandbox.audit --statuses "$(cat url)"
python -m bulk_journeys.sandbox.audit --statuses "$(cat url2)"
