#!/bin/sh
# Refuses changes of the contracts that break clients: compares them with what clients have.
# That is the argument (any git ref), or main as fetched, or the last release.
set -eu

base=${1:-}
if [ -z "$base" ]; then
    head=$(git rev-parse HEAD)
    main=$(git rev-parse --verify --quiet origin/main || true)
    if [ -n "$main" ] && [ "$main" != "$head" ]; then
        base=$main
    else
        base=$(git describe --tags --abbrev=0 2>/dev/null || true)
    fi
fi
if [ -z "$base" ] || ! git cat-file -e "$base:proto/buf.yaml" 2>/dev/null; then
    echo "contracts: no earlier ones to compare with"
    exit 0
fi

before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
git archive "$base" proto | tar -x -C "$before"
echo "contracts: compared with $base"
"$BUF" breaking proto --against "$before/proto"
