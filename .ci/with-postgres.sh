#!/usr/bin/env bash
# Run a command with a PostgreSQL of its own in AFTERLOAD_TEST_POSTGRES, stopped at the end.
# Where none can be had it says so and runs the command all the same.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${AFTERLOAD_TEST_POSTGRES:-}" ]; then
  # A folder of this run alone, so that two runs in one checkout do not stop each other's server.
  export AFTERLOAD_POSTGRES_DIR="${AFTERLOAD_POSTGRES_DIR:-${TMPDIR:-/tmp}/afterload-postgres-$$-$RANDOM}"
  if [ -x .ci/postgres.sh ] && settings="$(.ci/postgres.sh start)"; then
    trap '.ci/postgres.sh stop || true' EXIT
    eval "$settings"
  else
    echo "No PostgreSQL could be started here: the tests run on SQLite alone." >&2
    echo "To have it: apt-get install postgresql, or set AFTERLOAD_TEST_POSTGRES to a URL." >&2
  fi
fi
"$@"
