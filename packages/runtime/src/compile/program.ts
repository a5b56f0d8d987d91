import * as tf from '@tensorflow/tfjs';
import type { TensorFlowBackend } from '../backend/backend';
import { resourceOf } from '../backend/in-place';
import type { TensorData } from '../backend/tensor-data';
import type { TFEOpAttr } from '../binding/native-binding';
import { GraphBuilder, type ProgramInput } from './graph-builder';
import { keptBytes } from './kept';
import type { Value, VariableSlot } from './nodes';
import type { Trace } from './trace';

/** Thrown by {@link Program.run} where something that the trace refers to has been disposed; the function must be traced again. */
export class StaleTraceError extends Error {}

/**
 * A serialized ConfigProto with empty graph options. Its presence makes TensorFlow run its graph optimiser (grappler) on a function that is called by name:
 * constant folding, fusion of bias and activation into convolutions and products, removal of repeated nodes.
 */
const OPTIMIZE_GRAPH = 'R\0';

/** A trace as one function of TensorFlow. */
export class Program {
  /** Nodes by op. */
  readonly ops: ReadonlyMap<string, number>;
  /** For each result, see {@link keptBytes}. */
  readonly keptBytes: readonly number[];
  private readonly inputs: readonly ProgramInput[];
  private readonly owned: readonly TensorData[];
  private readonly outputCount: number;
  private readonly functionName: string;
  private readonly attributes: TFEOpAttr[];

  /**
   * @param name is part of the function's name in profiles.
   * @param values the trace's values to return.
   * @param mode `pure` leaves out all updates and side effects.
   * @param checkNumerics whether running it fails at the first value that is NaN or infinite
   */
  constructor(
    private readonly backend: TensorFlowBackend,
    name: string,
    trace: Trace,
    values: readonly Value[],
    mode: 'whole' | 'pure' = 'whole',
    checkNumerics = false,
  ) {
    const builder = new GraphBuilder(backend, trace, values, mode, checkNumerics);
    try {
      // TensorFlow's names begin with a letter.
      this.functionName = builder.toFunction(`compiled_${name.replace(/[^A-Za-z0-9_]/g, '_')}`);
      this.ops = builder.ops;
      this.keptBytes = values.map((value) => keptBytes(value, builder.live));
      this.inputs = builder.inputs;
      this.owned = builder.owned;
      this.outputCount = values.length;
      this.attributes = [{ name: 'config_proto', type: backend.binding.TF_ATTR_STRING, value: OPTIMIZE_GRAPH }];
    } finally {
      builder.close();
    }
  }

  /** Calls the function. `tensors` are the arguments that are tensors; returns a new tensor for each value. */
  run(tensors: readonly tf.Tensor[]): tf.Tensor[] {
    const { backend } = this;
    // Handles first: making one may move a variable's data.
    const handles = this.inputs.map((input) => (input.kind === 'handle' ? resourceOf(backend, alive(input.variable)) : -1));
    const ids = this.inputs.map((input, i) => {
      switch (input.kind) {
        case 'handle':
          return handles[i] as number;
        case 'argument':
          return backend.upload(backend.data(tensors[input.position] as tf.Tensor));
        case 'variable':
          return backend.upload(backend.data(alive(input.variable)));
        case 'outside':
          return backend.upload(undisposed(input.data));
      }
    });
    return backend.binding.executeOp(this.functionName, this.attributes, ids, this.outputCount).map((output) => backend.createOutputTensor(output));
  }

  dispose(): void {
    const { binding } = this.backend;
    binding.removeFunction(this.functionName);
    for (const { id } of this.owned) if (id >= 0) binding.deleteTensor(id);
  }
}

function alive(variable: tf.Variable): tf.Variable {
  if (variable.isDisposed) throw new StaleTraceError(`variable "${variable.name}" is disposed`);
  return variable;
}

function undisposed(data: TensorData): TensorData {
  if (data.disposed) throw new StaleTraceError('a tensor that the function uses is disposed');
  return data;
}

/** Gives the variables that a function made while it was traced the values they were made with. */
export function initialize(backend: TensorFlowBackend, name: string, trace: Trace, made: readonly VariableSlot[], tensors: readonly tf.Tensor[]): void {
  if (made.length === 0) return;
  const program = new Program(backend, `${name}_initialize`, trace, made.map((slot) => slot.initial as Value), 'pure');
  try {
    tf.tidy(() => {
      program.run(tensors).forEach((value, i) => {
        (made[i] as VariableSlot).variable.assign(value);
      });
    });
  } finally {
    program.dispose();
  }
}
