#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a command on a screen of its own, where every warning of GTK is fatal, with settings, caches and
# home in a folder that is removed afterwards. With --heard there is a session bus as well, over which
# screen readers hear GTK, and warnings are the command's affair (services of the bus have theirs).
# usage: under_xvfb.sh [--heard] COMMAND...
set -u
home=$(mktemp -d) || exit 2
trap 'rm -rf "$home"' EXIT
trap 'exit 143' HUP INT TERM
mkdir -m 700 "$home/config" "$home/data" "$home/cache" "$home/state" "$home/runtime" || exit 2
export HOME="$home" XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/data" XDG_CACHE_HOME="$home/cache" \
    XDG_STATE_HOME="$home/state" XDG_RUNTIME_DIR="$home/runtime"
export GDK_BACKEND=x11 GSK_RENDERER=cairo GTK_A11Y=test GSETTINGS_BACKEND=memory G_DEBUG=fatal-warnings
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
if [ "${1-}" = --heard ]; then
    shift
    export GTK_A11Y=atspi
    unset G_DEBUG
    # What services say goes to the standard error; the standard output is the command's.
    set -- dbus-run-session -- sh -c 'exec "$@" >&3 3>&-' sh "$@"
fi
exec 3>&1
[ "$GTK_A11Y" = test ] || exec >&2
# The pointer waits outside of all windows: GTK 4.8 complains when a window closes over which it rested
# for less than a tooltip's delay. Without -noreset the screen would go away for a moment with xdotool.
xvfb-run -a -s '-screen 0 1600x1000x24 -noreset' sh -c 'xdotool mousemove 1599 999; exec "$@"' sh "$@"
