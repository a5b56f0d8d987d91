import { registerAddedKernels } from './added-kernels';
import { registerConvolutions } from './convolution';
import { registerHostKernels } from './host-kernels';
import { registerPooling } from './pooling';

/** Completes the kernels of the `tensorflow` backend. Called once, after tfjs-node's are registered. */
export function registerKernels(): void {
  registerAddedKernels();
  registerHostKernels();
  registerConvolutions();
  registerPooling();
}
