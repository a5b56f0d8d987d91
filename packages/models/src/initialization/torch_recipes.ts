import { CudaGenerator } from '../random/cuda_generator';
import type { TorchGenerator } from '../random/torch_generator';
import { assignTorch, type NamedParameter } from '../weights/named_parameters';
import { drawKernel, fans, torchBiasBound, torchKernelBound } from './schemes';

/** Sets the initial weights of a model as PyTorch code does, drawing in PyTorch's order. */
export type Recipe = (parameters: readonly NamedParameter[], generator: TorchGenerator, authors: { readonly seed: number } | undefined) => void;

const AUTHORS_BIAS = 0.01;
const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
/** Parameters of learned activations have other names and start by themselves. */
const isKernel = ({ name, torchShape }: NamedParameter): boolean => torchShape.length > 1 && name.endsWith('.weight');
const isConvolution = ({ name, torchShape }: NamedParameter): boolean => torchShape.length === 4 && name.endsWith('.weight');

/** Default draws of a layer's kernel and, where it has one, bias. */
function drawDefaults(kernel: NamedParameter, bias: NamedParameter | undefined, generator: TorchGenerator): void {
  const { fanIn } = fans(kernel.torchShape);
  const kernelBound = torchKernelBound(fanIn);
  assignTorch(kernel, generator.uniform(sizeOf(kernel.torchShape), -kernelBound, kernelBound));
  const biasBound = torchBiasBound(fanIn);
  if (bias) assignTorch(bias, generator.uniform(sizeOf(bias.torchShape), -biasBound, biasBound));
}

/** The bias that belongs to a kernel. */
function biasOf(kernel: NamedParameter, parameters: readonly NamedParameter[]): NamedParameter | undefined {
  const name = kernel.name.replace(/weight$/, 'bias');
  return parameters.find((parameter) => parameter.name === name);
}

/** The authors set the linear layers again after moving the model to the GPU: Xavier uniform from its generator, bias 0.01. */
function drawLinearOnGpu(parameters: readonly NamedParameter[], seed: number): void {
  const cuda = new CudaGenerator(seed);
  for (const kernel of parameters) {
    if (!isKernel(kernel) || isConvolution(kernel)) continue;
    const { fanIn, fanOut } = fans(kernel.torchShape);
    const bound = Math.sqrt(3) * Math.sqrt(2 / (fanIn + fanOut));
    assignTorch(kernel, cuda.uniform(fanIn * fanOut, -bound, bound));
    const bias = biasOf(kernel, parameters);
    if (bias) assignTorch(bias, new Float32Array(fanOut).fill(AUTHORS_BIAS));
  }
}

/** The CNN: PyTorch's defaults, layer by layer; the authors then set the linear layers again. */
export const cnnRecipe: Recipe = (parameters, generator, authors) => {
  for (const kernel of parameters) if (isKernel(kernel)) drawDefaults(kernel, biasOf(kernel, parameters), generator);
  if (authors) drawLinearOnGpu(parameters, authors.seed);
};

/** Kernel of the stem, and kernel and bias of the head, that torchvision builds and the authors replace. */
const IMAGENET_STEM = 64 * 3 * 7 * 7;
const IMAGENET_HEAD = 1000 * 2048 + 1000;

/**
 * ResNet-50: He-normal convolutions by fan-out, as torchvision sets them, and PyTorch's default for the head.
 *
 * The authors build torchvision's ImageNet network first: every layer draws its default, then every convolution its He-normal
 * values; the replaced stem and head draw their defaults after that.
 */
export const resNetRecipe: Recipe = (parameters, generator, authors) => {
  const convolutions = parameters.filter(isConvolution);
  const [stem, ...rest] = convolutions;
  if (authors) {
    const replaced = rest.reduce((sum, { torchShape }) => sum + sizeOf(torchShape), IMAGENET_STEM + IMAGENET_HEAD);
    generator.skipUniform(replaced);
    // A normal value takes one uniform draw where there are many.
    generator.skipUniform(IMAGENET_STEM);
  }
  for (const kernel of authors ? rest : convolutions) {
    const { fanOut } = fans(kernel.torchShape);
    assignTorch(kernel, generator.normal(sizeOf(kernel.torchShape), 0, Math.sqrt(2) / Math.sqrt(fanOut)));
  }
  if (authors && stem) drawDefaults(stem, undefined, generator);
  for (const kernel of parameters) if (isKernel(kernel) && !isConvolution(kernel)) drawDefaults(kernel, biasOf(kernel, parameters), generator);
  if (authors) drawLinearOnGpu(parameters, authors.seed);
};

/** A named scheme for every kernel, in order; biases stay 0. */
export function namedRecipe(scheme: Parameters<typeof drawKernel>[0]): Recipe {
  return (parameters, generator) => {
    for (const kernel of parameters) if (isKernel(kernel)) assignTorch(kernel, drawKernel(scheme, kernel.torchShape, generator));
  };
}

/** Normal kernels whose deviation may differ by weight, in order; biases stay 0: Caffe's `gaussian` filler. */
export function normalRecipe(deviation: (kernel: NamedParameter) => number): Recipe {
  return (parameters, generator) => {
    for (const kernel of parameters) if (isKernel(kernel)) assignTorch(kernel, generator.normal(sizeOf(kernel.torchShape), 0, deviation(kernel)));
  };
}
