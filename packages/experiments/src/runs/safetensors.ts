export { encodeArrays, readArrays, type StoredArray, type StoredArrays } from '@cuda-activations/models/safetensors';
