volo-segment --verbose --version | grep -c libpng
volo-model -v -V | grep -c libpng
