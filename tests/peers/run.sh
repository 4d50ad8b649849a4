#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a virtual environment with the pinned peers, or takes that of --venv DIR or VOLO_PEERS_VENV,
# and starts race.py with the other arguments. usage: run.sh [--venv DIR] [RACE-OPTIONS]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=${VOLO_PEERS_VENV:-}
cpu_index=https://download.pytorch.org/whl/cpu
if [ "${1:-}" = --venv ]; then
    venv=${2:?--venv needs a folder}
    shift 2
fi
if [ -z "$venv" ]; then
    venv=$here/../../build/peers-venv
    if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
        python3 -m venv --clear "$venv"
        # The same versions without CUDA, where they can be had; PyPI's bring some 5 GB of it.
        grep '^torch' "$here/requirements.txt" >"$venv/torch.txt"
        "$venv/bin/pip" install --quiet --retries 0 --index-url "$cpu_index" -r "$venv/torch.txt" ||
            echo "run.sh: $cpu_index cannot be reached, PyPI will do" >&2
        "$venv/bin/pip" install --quiet -r "$here/requirements.txt"
        cp "$here/requirements.txt" "$venv/requirements.txt"
    fi
fi
# Nobody is helped or hindered by what is set for OpenBLAS: numpy has one, libvolo another.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS
export PYTHONDONTWRITEBYTECODE=1
exec "$venv/bin/python" "$here/race.py" "$@"
