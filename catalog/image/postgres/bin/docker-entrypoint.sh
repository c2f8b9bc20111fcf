#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Starts PostgreSQL, and makes the database cluster first when the data directory has none.
# Uses nothing but the shell's own commands and PostgreSQL's programs: the image has no others.
#
#   POSTGRES_PASSWORD, POSTGRES_PASSWORD_FILE   the superuser's password, at the first start. Without
#       one nobody can log in over the network; the local socket lets in the image's own user.
set -eu

fail() {
    echo "docker-entrypoint.sh: $1" >&2
    exit 1
}

# The superuser's password, from its file or its variable; empty when there is none.
read_password() {
    password=${POSTGRES_PASSWORD:-}
    file=${POSTGRES_PASSWORD_FILE:-}
    [ -n "$file" ] || return 0
    [ -z "$password" ] || fail "set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, not both"
    [ -r "$file" ] || fail "cannot read POSTGRES_PASSWORD_FILE $file"
    read -r password <"$file" || [ -n "$password" ] || fail "$file is empty"
}

# The built-in C.UTF-8 sorts the same in every image, whatever its C library: indexes stay valid.
make_cluster() {
    read_password
    set -- --username=postgres --auth-local=peer --auth-host=scram-sha-256 --data-checksums \
        --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 \
        --set=listen_addresses='*'
    if [ -n "$password" ]; then
        initdb "$@" --pwfile=/dev/stdin <<EOF
$password
EOF
    else
        echo "No POSTGRES_PASSWORD: only the local socket will let the superuser in." >&2
        initdb "$@"
    fi
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
}

case ${1:-} in
-*) set -- postgres "$@" ;;
esac

if [ "${1:-}" = postgres ]; then
    umask 077
    [ -s "$PGDATA/PG_VERSION" ] || make_cluster
    unset POSTGRES_PASSWORD POSTGRES_PASSWORD_FILE
fi
exec "$@"
