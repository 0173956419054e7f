#!/usr/bin/env bash
# Make a virtual environment in the folder given, with a pip that knows dependency groups.
# Finds Python 3.11 or newer; on a Debian without venv it installs python3-venv, if it may.
set -euo pipefail

folder="${1:?usage: .ci/venv.sh FOLDER}"

say() { printf '%s\n' "$*" >&2; }

find_python() {
  local name
  for name in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  say "Python 3.11 or newer was not found. Install it, or name it: make PYTHON=/path/to/python3"
  exit 1
}

make_venv() { "$1" -m venv "$folder" >/dev/null 2>&1; }

if [ ! -x "$folder/bin/python" ] || ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
  python="$(find_python)"
  if ! make_venv "$python"; then
    rm -rf "$folder"
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
      say "Python has no venv module. Install it first: sudo apt-get install python3-venv"
      exit 1
    fi
    say "Installing python3-venv"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    if ! make_venv "$python"; then
      say "$python cannot make a virtual environment, even with python3-venv installed."
      exit 1
    fi
  fi
fi

# --group came with pip 25.1.
if ! "$folder/bin/python" -m pip install --help | grep -q -- --group; then
  "$folder/bin/python" -m pip install --quiet --upgrade 'pip>=25.1'
fi
