import * as fs from 'node:fs';
import type { FloatArray } from '../arrays/float_array';
import { addonPath, wayOut } from './paths';

/** What the addon says of itself. */
export interface AddonInfo {
  /** Instruction set in use: `x86-64-v4`, `x86-64-v3`, `x86-64`, `neon` or `generic`. */
  readonly isa: string;
  /** Those this machine can run, best first. */
  readonly isas: readonly string[];
  /** Why CUDA_ACTIVATIONS_ISA was not followed. */
  readonly isaWarning: string | null;
  /** Threads of a call, the caller's included. */
  readonly threads: number;
  readonly version: string;
}

/** Activation, dtype and parameters, as numbers of the generated table. */
type Pointwise = [activation: number, dtype: number, parameters: readonly number[]];
export type BiasHead = [
  ...pointwise: Pointwise,
  channels: number, inner: number, rate: number, seed: number, counter: number,
  x: FloatArray, bias: FloatArray | undefined, residual: FloatArray | undefined,
];
type PRelu = [dtype: number, inner: number, x: FloatArray, slope: FloatArray];
type Apl = [dtype: number, channels: number, inner: number, x: FloatArray, a: FloatArray, b: FloatArray];
type Packed = [activation: number, dtype: number, rows: number, width: number, x: FloatArray];

/** The functions of `cuda_activations.node`; they write their last arguments. The package checks what users pass, they check again what could hurt. */
export interface Addon {
  info(): AddonInfo;
  /** @returns the old number */
  setThreads(count: number): number;
  /** For tests. */
  selectIsa(name: string): void;
  pointwise(...args: [...Pointwise, x: FloatArray, y: FloatArray]): void;
  pointwiseGradient(...args: [...Pointwise, x: FloatArray, dy: FloatArray, dx: FloatArray]): void;
  pointwiseGradientFromOutput(...args: [...Pointwise, y: FloatArray, dy: FloatArray, dx: FloatArray]): void;
  pointwiseSecondGradient(...args: [...Pointwise, x: FloatArray, dy: FloatArray, ddx: FloatArray, dx: FloatArray]): void;
  biasActivation(...args: [...BiasHead, y: FloatArray]): void;
  biasActivationGradient(...args: [...BiasHead, dy: FloatArray, dx: FloatArray, dbias: FloatArray]): void;
  gated(activation: number, dtype: number, a: FloatArray, b: FloatArray, y: FloatArray): void;
  gatedGradient(activation: number, dtype: number, a: FloatArray, b: FloatArray, dy: FloatArray, da: FloatArray, db: FloatArray): void;
  gatedPacked(...args: [...Packed, y: FloatArray]): void;
  gatedPackedGradient(...args: [...Packed, dy: FloatArray, dx: FloatArray]): void;
  rowwise(activation: number, dtype: number, rowLength: number, x: FloatArray, y: FloatArray): void;
  rowwiseGradient(activation: number, dtype: number, rowLength: number, y: FloatArray, dy: FloatArray, dx: FloatArray): void;
  prelu(...args: [...PRelu, y: FloatArray]): void;
  preluGradient(...args: [...PRelu, dy: FloatArray, dx: FloatArray, dslope: FloatArray]): void;
  apl(...args: [...Apl, y: FloatArray]): void;
  aplGradient(...args: [...Apl, dy: FloatArray, dx: FloatArray, da: FloatArray, db: FloatArray]): void;
}

let loaded: Addon | undefined;

/**
 * The native kernels, loaded on first use.
 * @throws an Error with the path, the reason and the way out
 */
export function addon(): Addon {
  if (loaded) return loaded;
  const file = addonPath();
  if (!fs.existsSync(file)) throw new Error(`The addon ${file} is missing. ${wayOut()}, or name one in CUDA_ACTIVATIONS_ADDON.`);
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an addon has no other loader
    loaded = require(file) as Addon;
    return loaded;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The addon ${file} does not load in Node ${process.version} on ${process.platform}-${process.arch}: ${reason}. ${wayOut()}, on this machine.`,
      { cause: error },
    );
  }
}
