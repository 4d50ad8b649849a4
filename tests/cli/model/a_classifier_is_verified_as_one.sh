cp "$GOLDENS/classifier/model.safetensors" .
volo-model verify model.safetensors; echo $?
volo-model info model.safetensors | grep -E 'backbone|classes|test|post_network|logits'
volo-model info --json model.safetensors | python3 -c '
import json, sys
model = json.load(sys.stdin)
print(model["neck"], model["head"], model["classes"], model["labels"], model["stages"][-1]["shape"])'
