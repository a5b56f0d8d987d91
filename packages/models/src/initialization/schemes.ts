import type { TorchGenerator } from '../random/torch_generator';

/** Fan-in and fan-out of a kernel in PyTorch's shape [out, in, ...window]. */
export function fans([outputs = 1, inputs = 1, ...window]: readonly number[]): { fanIn: number; fanOut: number } {
  const area = window.reduce((product, size) => product * size, 1);
  return { fanIn: inputs * area, fanOut: outputs * area };
}

/** Standard deviation of the kernel's values, by scheme. */
const DEVIATIONS = {
  /** He, Zhang, Ren and Sun 2015: keeps the variance through ReLU. */
  he: ({ fanIn }: { fanIn: number }) => Math.sqrt(2 / fanIn),
  /** LeCun et al. 1998, and Klambauer et al. 2017 for SELU. */
  lecun: ({ fanIn }: { fanIn: number }) => Math.sqrt(1 / fanIn),
  /** Glorot and Bengio 2010, also called Xavier. */
  glorot: ({ fanIn, fanOut }: { fanIn: number; fanOut: number }) => Math.sqrt(2 / (fanIn + fanOut)),
} as const;

/** Schemes by name; biases start at 0. */
export const NAMED_SCHEMES = ['heNormal', 'heUniform', 'lecunNormal', 'lecunUniform', 'glorotNormal', 'glorotUniform'] as const;
/** A scheme by name. */
export type NamedScheme = (typeof NAMED_SCHEMES)[number];

/** Draws a kernel of PyTorch's shape by a named scheme. Normal distributions are not truncated. */
export function drawKernel(scheme: NamedScheme, shape: readonly number[], generator: TorchGenerator): Float32Array {
  const [, family, distribution] = /^(he|lecun|glorot)(Normal|Uniform)$/.exec(scheme) as unknown as [string, keyof typeof DEVIATIONS, string];
  const deviation = DEVIATIONS[family](fans(shape));
  const count = shape.reduce((product, size) => product * size, 1);
  if (distribution === 'Normal') return generator.normal(count, 0, deviation);
  const bound = Math.sqrt(3) * deviation;
  return generator.uniform(count, -bound, bound);
}

/** Bound of PyTorch's default for kernels, computed in its order of operations: `kaiming_uniform_(a=sqrt(5))`, U(+-1/sqrt(fanIn)). */
export function torchKernelBound(fanIn: number): number {
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) ** 2));
  return Math.sqrt(3) * (gain / Math.sqrt(fanIn));
}

/** Bound of PyTorch's default for biases. */
export const torchBiasBound = (fanIn: number): number => 1 / Math.sqrt(fanIn);
