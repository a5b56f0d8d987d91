import type * as Runtime from '@cuda-activations/runtime';
import { settleTensorFlowJs } from './given';

const stock = settleTensorFlowJs();

/** Whether TensorFlow.js is a stock one: its backends have no ops of ours. */
export const isStock = stock !== undefined;

/** TensorFlow.js as all modules for tensors use it: the one that was given to useTensorFlowJs, else the runtime's. A stock one has no layers, perhaps. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only where no other was given
export const tfjs: typeof Runtime = (stock as typeof Runtime | undefined) ?? (require('@cuda-activations/runtime') as typeof Runtime);
