import * as fs from 'node:fs';
import type { FloatArray } from '../arrays/float_array';
import type { GatedName, KernelDType } from '../generated/activations';
import type { ResolvedActivation } from '../registry/types';
import { addonPath, buildHint } from './paths';

void fs;
void addonPath;
void buildHint;
export interface Addon {
  pointwise(activation: ResolvedActivation, dtype: KernelDType, x: FloatArray, y: FloatArray): void;
  pointwiseGradient(activation: ResolvedActivation, dtype: KernelDType, x: FloatArray, dy: FloatArray, dx: FloatArray): void;
  pointwiseGradientFromOutput(activation: ResolvedActivation, dtype: KernelDType, y: FloatArray, dy: FloatArray, dx: FloatArray): void;
  pointwiseSecondGradient(activation: ResolvedActivation, dtype: KernelDType, x: FloatArray, dy: FloatArray, ddx: FloatArray, dx: FloatArray): void;
  gated(name: GatedName, dtype: KernelDType, a: FloatArray, b: FloatArray, y: FloatArray): void;
}
export function addon(): any { throw new Error('the addon is not built'); }
