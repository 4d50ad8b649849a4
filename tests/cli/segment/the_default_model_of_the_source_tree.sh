# Programs in the build tree use the source tree's model; one that lies elsewhere does not.
volo-segment --dry-run "$FIXTURES/grey.ppm" | sed 's|.*/||'; echo $?
program=$(command -v volo-segment)
cp "$program" .
LD_LIBRARY_PATH=$(dirname "$program")/.. ./volo-segment "$FIXTURES/grey.ppm"; echo $?
