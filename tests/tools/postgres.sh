#!/bin/sh
# Makes sure that PostgreSQL's programs are where the tests look for them.
set -eu

found() {
    command -v initdb >/dev/null 2>&1 && return 0
    for bin in /usr/lib/postgresql/*/bin; do
        [ -x "$bin/initdb" ] && return 0
    done
    return 1
}

found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "PostgreSQL is missing; installing it with apt-get."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends postgresql >/dev/null
    found && exit 0
fi
echo "PostgreSQL is missing: apt-get install postgresql, or put its bin folder on the PATH." >&2
exit 1
