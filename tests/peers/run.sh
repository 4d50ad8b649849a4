#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a virtual environment with the pinned peers (or takes that of --venv DIR, or of VOLO_PEERS_VENV)
# and starts race.py with the other arguments. usage: run.sh [--venv DIR] [RACE-OPTIONS]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=${VOLO_PEERS_VENV:-}
if [ "${1:-}" = --venv ]; then
    venv=${2:?--venv needs a folder}
    shift 2
fi
if [ -z "$venv" ]; then
    venv=$here/../../build/peers-venv
    if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
        python3 -m venv --clear "$venv"
        "$venv/bin/pip" install --quiet --extra-index-url https://download.pytorch.org/whl/cpu \
            -r "$here/requirements.txt"
        cp "$here/requirements.txt" "$venv/requirements.txt"
    fi
fi
# What a user may have set for OpenBLAS is for our library's benefit or harm; nobody gets any.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" "$here/race.py" "$@"
