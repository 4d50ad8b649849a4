cp "$FIXTURES/tiny.safetensors" m
volo-model verify m
volo-model verify -q --strict --expect-sha256 "$(sha256sum m | cut -c 1-64 | tr a-f A-F)" m && echo fine
mkdir folder
cp m folder/model.safetensors
volo-model verify folder
