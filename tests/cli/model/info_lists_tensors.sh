volo-model info --tensors "$FIXTURES/tiny.safetensors" | grep conv_seg
