#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# variants.sh BUILD: makes VOLO-D1 to D5 with 19 classes, compares parameters and multiply-adds with
# the values derived by hand from the published architecture (rows below), runs each at 512x512 and
# D1 and D5 at 224x224 and 1024x1024, and prints peak memory beside its prediction.
set -eu
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ninja -C "$build" tests/oracle/peak_memory >/dev/null

# check VARIANT SIDE PARAMETERS(M) MACS(G)
check()
{
    file=$work/$1_$2.safetensors
    "$build/app/volo-model" init -q --variant "volo_$1" --classes 19 --img-size "$2" --seed 1 --out "$file"
    "$build/app/volo-model" info "$file" --input "$2" --json | python3 -c '
import json, sys
info, want = json.load(sys.stdin), sys.argv[1:]
got = ["%.2f" % (info["parameters"] / 1e6), "%.1f" % (info["macs"] / 1e9)]
print(*got, "M parameters, G multiply-adds:", "as expected" if got == want else "expected %s" % want)
sys.exit(got != want)' "$3" "$4"
}

# run FILE HxW
run()
{
    LD_LIBRARY_PATH=$build "$build/tests/oracle/peak_memory" "$work/$1" "$2"
}

check d1 512 52.24 109.7
run d1_512.safetensors 512x512
run d1_512.safetensors 224x224
run d1_512.safetensors 1024x1024
for row in 'd2 82.86 155.1' 'd3 110.51 197.4' 'd4 212.32 332.6' 'd5 312.45 489.4'; do
    # shellcheck disable=SC2086
    set -- $row
    check "$1" 512 "$2" "$3"
    run "$1_512.safetensors" 512x512
    [ "$1" = d5 ] || rm "$work/$1_512.safetensors"
done
run d5_512.safetensors 224x224
run d5_512.safetensors 1024x1024
rm "$work"/*
for row in 'd1 53.42 574.2' 'd2 84.43 852.3' 'd3 112.08 1150.1' 'd4 214.68 1871.3' 'd5 314.81 2653.5'; do
    # shellcheck disable=SC2086
    set -- $row
    check "$1" 1024 "$2" "$3"
    rm "$work"/*
done
