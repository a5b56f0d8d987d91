export { CudaGenerator, T4, type CudaLaunch } from './random/cuda_generator';
export { Mt19937, type Mt19937State } from './random/mt19937';
export { philox4x32, type PhiloxBlock } from './random/philox';
export { TorchGenerator, type TorchGeneratorState } from './random/torch_generator';
