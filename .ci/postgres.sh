#!/bin/sh
# A throwaway PostgreSQL on 127.0.0.1, for the tests: nothing of it outlives `stop`.
#
#   eval "$(.ci/postgres.sh start)"     starts it and sets AFTERLOAD_TEST_POSTGRES
#   .ci/postgres.sh url                 prints the SQLAlchemy URL of the running one
#   .ci/postgres.sh stop                stops it and removes its folder
#
# The Debian package is installed when it is missing and we are root. As root the server runs as
# the user `postgres`, because it refuses to run as root; its data are never flushed to disk.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
# One cluster per checkout and user; a second checkout on the same machine has its own.
folder="${AFTERLOAD_POSTGRES_DIR:-${TMPDIR:-/tmp}/afterload-postgres-$(id -u)-$(printf %s "$here" | cksum | cut -d' ' -f1)}"

say() { printf '%s\n' "$*" >&2; }

find_bin() {
  for candidate in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -Vr); do
    if [ -x "$candidate/initdb" ] && [ -x "$candidate/pg_ctl" ]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  if command -v initdb >/dev/null 2>&1 && command -v pg_ctl >/dev/null 2>&1; then
    dirname "$(command -v initdb)"
    return 0
  fi
  return 1
}

install_package() {
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "PostgreSQL is not installed. Install the package 'postgresql' and run this again."
    return 1
  fi
  say "Installing PostgreSQL from Debian's packages ..."
  # The package would create and start a cluster of its own; it is not needed here.
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] ||
    printf 'create_main_cluster = false\n' >/etc/postgresql-common/createcluster.conf
  export DEBIAN_FRONTEND=noninteractive
  {
    apt-get install -y -q --no-install-recommends postgresql ||
      { apt-get update -q && apt-get install -y -q --no-install-recommends postgresql; }
  } >&2
}

as_server() {
  if [ "$(id -u)" -eq 0 ]; then
    if command -v setpriv >/dev/null 2>&1; then
      setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
    else
      su postgres -s /bin/sh -c 'exec "$@"' -- sh "$@"
    fi
  else
    "$@"
  fi
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

running() {
  [ -s "$folder/data/postmaster.pid" ] && as_server "$bin/pg_ctl" -D "$folder/data" status >/dev/null 2>&1
}

url() {
  port=$(sed -n 4p "$folder/data/postmaster.pid")
  printf 'postgresql+psycopg://postgres@127.0.0.1:%s/postgres\n' "$port"
}

start() {
  if ! running; then
    rm -rf "$folder"
    mkdir -p "$folder"
    [ "$(id -u)" -ne 0 ] || chown postgres "$folder"
    chmod 700 "$folder"
    (
      cd "$folder"
      as_server "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 \
        --no-sync >"/dev/null"
      # The port may be taken between asking and listening: ask again then.
      for attempt in 1 2 3 4 5; do
        if as_server "$bin/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/data/log" start -o \
          "-p $(free_port) -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_connections=40" \
          >/dev/null 2>&1; then
          exit 0
        fi
      done
      say "PostgreSQL did not start:"
      tail -20 "$folder/data/log" >&2 || true
      exit 1
    )
  fi
  printf "export AFTERLOAD_TEST_POSTGRES='%s'\n" "$(url)"
}

stop() {
  if running; then
    as_server "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null
  fi
  rm -rf "$folder"
}

bin=$(find_bin) || { [ "${1:-}" = stop ] && exit 0; install_package && bin=$(find_bin); }

case "${1:-}" in
  start) start ;;
  url) running && url ;;
  stop) stop ;;
  *)
    say "usage: $0 start | url | stop"
    exit 2
    ;;
esac
