#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts COUNT ranks of a program on this machine, however few cores it has and whoever asks (root in a
# container); each may run its threads on all of them. The exit code is a rank's.
# usage: ranks.sh LAUNCHER COUNT PROGRAM [ARGUMENT...]
set -u
launcher=$1 count=$2
shift 2
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
case $("$launcher" --version 2>&1) in
*'Open MPI'* | *OpenRTE*)
    # Reading another rank's memory is forbidden in most containers; a copy more does not matter here.
    export OMPI_MCA_btl_vader_single_copy_mechanism=none
    exec "$launcher" --quiet --oversubscribe --bind-to none -n "$count" "$@"
    ;;
*) exec "$launcher" -n "$count" "$@" ;;
esac
