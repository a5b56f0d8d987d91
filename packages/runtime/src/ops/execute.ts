import type * as tf from '@tensorflow/tfjs';
import { executeOp, type OpAttributes } from '../execute-op';

/** `executeOp` for an op with one output. */
export function executeOne(op: string, attributes: OpAttributes, inputs: readonly tf.TensorInfo[]): tf.Tensor {
  return executeOp(op, attributes, inputs, 1)[0] as tf.Tensor;
}
