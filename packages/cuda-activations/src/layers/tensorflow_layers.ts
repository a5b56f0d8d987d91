import { registerKernels } from '../kernels/register';
import { AdaptivePiecewiseLinear } from './apl';
import { FusedBiasActivation } from './bias_activation';
import { FusedActivation } from './fused_activation';
import { FusedGatedActivation } from './gated';
import { registerNamedActivations } from './named_activations';
import { FusedPRelu } from './prelu';
import { FusedRowActivation } from './rowwise';
import { tfjs } from '../tensorflow/tfjs';

export { activationInstance } from './named_activations';
export { fuseStockActivations } from '../kernels/stock';
export { AdaptivePiecewiseLinear, FusedActivation, FusedBiasActivation, FusedGatedActivation, FusedPRelu, FusedRowActivation };

let registered = false;

/** Registers kernels, gradients, layer classes and activation names, once per environment. */
export function register(): void {
  registerKernels();
  if (registered) return;
  for (const layer of [FusedActivation, FusedBiasActivation, FusedGatedActivation, FusedPRelu, AdaptivePiecewiseLinear, FusedRowActivation]) tfjs.serialization.registerClass(layer);
  registerNamedActivations();
  registered = true;
}
