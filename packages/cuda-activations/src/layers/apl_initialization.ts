import type * as tf from '@cuda-activations/runtime';
import { describe } from '../registry/describe';
import { APL_INITIALIZATIONS, type AplInitialization } from './apl_initialization_names';
import { tfjs } from '../tensorflow/tfjs';

/** Draws the start of one weight, shape [segments, ...]. */
type Draw = (shape: number[], seed: number | undefined) => tf.Tensor;

const uniform = (low: number, high: number): Draw => (shape, seed) => tfjs.randomUniform(shape, low, high, 'float32', seed);
const normal = (deviation: number): Draw => (shape, seed) => tfjs.randomNormal(shape, 0, deviation, 'float32', seed);
const zeros: Draw = (shape) => tfjs.zeros(shape);
/** One value for all units of a hinge, evenly from -1 to 1; a single hinge is at 0. */
const evenly: Draw = (shape) => {
  const [segments = 0, ...units] = shape;
  const values = segments === 1 ? tfjs.zeros([1]) : tfjs.linspace(-1, 1, segments);
  return tfjs.mul(tfjs.reshape(values, [segments, ...units.map(() => 1)]), tfjs.ones(shape));
};

interface Scheme {
  readonly a: (segments: number) => Draw;
  readonly b: Draw;
}

/** How a and b start, by who starts them so. */
const SCHEMES = {
  /** Agostinelli et al. 2015: a uniform in [-0.5, 0.5], b normal with deviation 0.5. */
  agostinelli: { a: () => uniform(-0.5, 0.5), b: normal(0.5) },
  /** Their CIFAR-10 network of December 2014: a uniform in [-0.2, 0.2]. */
  agostinelli2014: { a: () => uniform(-0.2, 0.2), b: normal(0.5) },
  /** Their CIFAR-10 network in network: a uniform in [-0.1, 0.1]. */
  agostinelliNin: { a: () => uniform(-0.1, 0.1), b: normal(0.5) },
  /** What their Caffe layer does unless told: a uniform in +-0.5 / S, so that the slope on the left does not grow with S. */
  caffe: { a: (segments) => uniform(-0.5 / segments, 0.5 / segments), b: normal(0.5) },
  /** Park et al. 2024: a uniform in +-1 / sqrt(S), b = 0, so that all hinges begin at one place. */
  park: { a: (segments) => uniform(-1 / Math.sqrt(segments), 1 / Math.sqrt(segments)), b: zeros },
  /** echoAI: both standard normal. */
  echoAi: { a: () => normal(1), b: normal(1) },
  /** DeepSplines: a normal with deviation 0.1, b standard normal. */
  deepSplines: { a: () => normal(0.1), b: normal(1) },
  /** APLUnit for Keras: both 0, which is ReLU; equal hinges stay equal. */
  zeros: { a: () => zeros, b: zeros },
  /** APLU: a = 0, hinges evenly from -1 to 1. */
  linspace: { a: () => zeros, b: evenly },
  /** APLU: both uniform in [0, 1]. */
  uniform: { a: () => uniform(0, 1), b: uniform(0, 1) },
} as const satisfies Readonly<Record<AplInitialization, Scheme>>;

/** @throws naming the layer where there is no such initialisation */
export function settleInitialization(layer: string, value: unknown): AplInitialization {
  if (value === undefined) return 'agostinelli';
  if (APL_INITIALIZATIONS.includes(value as AplInitialization)) return value as AplInitialization;
  throw new Error(`${layer}: initialization must be one of ${APL_INITIALIZATIONS.join(', ')}, got ${describe(value)}`);
}

/**
 * The first values of a weight.
 * @param shape [segments, ...]
 * @param seed of a; b has the next one
 */
export function drawHinges(initialization: AplInitialization, weight: 'a' | 'b', shape: number[], seed: number | undefined): tf.Tensor {
  const scheme: Scheme = SCHEMES[initialization];
  if (shape.includes(0)) return tfjs.zeros(shape);
  return weight === 'a' ? scheme.a(shape[0] ?? 1)(shape, seed) : scheme.b(shape, seed === undefined ? undefined : seed + 1);
}
