import * as runtime from '@cuda-activations/runtime';
import type * as tfjs from '@tensorflow/tfjs';
import { useTensorFlowJs } from '../index';
import { describeStock } from '../testing/stock_cases';

// The runtime's backend is a NodeJSKernelBackend, as that of tfjs-node.
useTensorFlowJs(runtime);
describeStock('the backend of tfjs-node', runtime as unknown as typeof tfjs);
