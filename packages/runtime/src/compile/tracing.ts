import * as tf from '@tensorflow/tfjs';
import type { TensorFlowBackend } from '../backend/backend';
import { rebind, separate } from '../backend/in-place';
import { withRecorder } from '../backend/recorder';
import { type Container, mapLeaves, signatureOf } from './containers';
import type { Value, VariableSlot } from './nodes';
import { initialize } from './program';
import { withoutRandomness } from './randomness';
import { Trace } from './trace';

/** Stands for a tensor in the results of a trace. */
export class ResultIndex {
  constructor(readonly index: number) {}
}

/** A finished trace. */
export interface Traced {
  readonly trace: Trace;
  readonly values: readonly Value[];
  /** The function's result, with a {@link ResultIndex} for each tensor. */
  readonly result: Container;
  /** Variables that the function made; they hold no value yet. */
  readonly made: readonly VariableSlot[];
}

interface EngineWithVariables {
  makeVariable: (initial: tf.Tensor, trainable?: boolean, name?: string, dtype?: tf.DataType) => tf.Variable;
}

/** Runs `body` while the trace hears of variables that are made. */
function watchingNewVariables<T>(backend: TensorFlowBackend, trace: Trace, made: VariableSlot[], body: () => T): T {
  const engine = tf.engine() as unknown as EngineWithVariables;
  const { makeVariable } = engine;
  engine.makeVariable = (...args) => {
    const variable = makeVariable.apply(engine, args);
    const data = backend.data(variable);
    const slot = trace.addVariable(variable, data, trace.valueOf(data));
    const symbol = trace.readVersion(slot, 0);
    rebind(variable, backend.adopt({ ...slot.type, values: null, id: -1, refCount: 0, symbol }));
    made.push(slot);
    return variable;
  };
  try {
    return body();
  } finally {
    // makeVariable lives on the prototype.
    Reflect.deleteProperty(engine, 'makeVariable');
  }
}

/** Holds the data of all variables that exist, and afterwards gives it back to those that were assigned. */
function withVariables<T>(backend: TensorFlowBackend, trace: Trace, body: () => T): T {
  const variables = Object.values(tf.engine().registeredVariables);
  const held = variables.map((variable) => {
    const data = backend.data(variable);
    // A clone keeps its value when the variable changes, so it must not be taken for the variable.
    trace.addVariable(variable, data.refCount > 1 ? separate(backend, variable, data) : data);
    return tf.keep(variable.clone());
  });
  try {
    return body();
  } finally {
    variables.forEach((variable, i) => {
      const { dataId } = held[i] as tf.Tensor;
      if (!variable.isDisposed && variable.dataId !== dataId) rebind(variable, dataId);
    });
    tf.dispose(held);
  }
}

function checkResult(leaf: unknown, path: string): void {
  if (leaf === null || (typeof leaf !== 'object' && typeof leaf !== 'function')) return;
  if (typeof (leaf as { then?: unknown }).then === 'function') throw new TypeError('a compiled function must not be async: it returned a promise');
  throw new TypeError(`result ${path} of a compiled function is neither a tensor, a plain value, nor an array or object of them`);
}

/**
 * Traces `fn`: calls it with tensors that have a shape and no value, and records its ops.
 * @param args the call's arguments; their tensors are replaced, their variables are not.
 * @param locates whether ops remember the line that asked for them
 * @throws what `fn` throws, or an error that says why it cannot be compiled. Variables keep their values then.
 */
export function traceFunction(backend: TensorFlowBackend, fn: (...args: never[]) => unknown, args: readonly unknown[], locates = false): Traced {
  const trace = new Trace(backend, locates);
  const made: VariableSlot[] = [];
  let position = 0;
  const body = (): { result: Container; values: Value[] } => {
    const symbolic = mapLeaves(args, (leaf) => {
      if (!(leaf instanceof tf.Tensor) || leaf instanceof tf.Variable) return leaf;
      const { dtype } = backend.data(leaf);
      const type = { dtype, shape: leaf.shape };
      return backend.createOutputTensor({ ...type, symbol: trace.argument(position++, type) });
    }) as never[];
    const returned = withoutRandomness(
      (error) => (trace.fault ??= error),
      () => fn(...symbolic),
    );
    if (trace.fault !== undefined) throw trace.fault as Error;
    const values: Value[] = [];
    const result = mapLeaves(returned, (leaf, path) => {
      if (leaf instanceof tf.Tensor) return new ResultIndex(values.push(trace.valueOf(backend.data(leaf))) - 1);
      checkResult(leaf, path);
      return leaf;
    });
    for (const slot of trace.slots) {
      if (slot.variable.isDisposed) throw new Error(`a compiled function disposed variable "${slot.variable.name}"; dispose it outside`);
      trace.flush(slot);
    }
    return { result, values };
  };
  try {
    return withVariables(backend, trace, () => {
      const engine = tf.engine();
      engine.startScope('compile');
      let open = true;
      try {
        const { result, values } = watchingNewVariables(backend, trace, made, () => withRecorder(trace, body));
        open = false;
        engine.endScope();
        refuseKept(backend, trace);
        return { trace, values, result, made };
      } finally {
        if (open) engine.endScope();
      }
    });
  } catch (error) {
    keepUsable(backend, trace, made, args);
    trace.close();
    throw error;
  }
}

/** After an error: an optimizer that has made its accumulators will not make them again. */
function keepUsable(backend: TensorFlowBackend, trace: Trace, made: readonly VariableSlot[], args: readonly unknown[]): void {
  const tensors: tf.Tensor[] = [];
  signatureOf(args, tensors);
  try {
    initialize(backend, 'failed', trace, made, tensors);
  } catch {
    for (const { variable } of made) variable.dispose();
  }
}

/** Tensors that survive the function have no value outside of it. */
function refuseKept(backend: TensorFlowBackend, trace: Trace): void {
  const ofVariables = new Set(trace.slots.map(({ variable }) => backend.data(variable)));
  const kept = trace.kept().find(({ data }) => data !== undefined && !ofVariables.has(data));
  if (kept === undefined) return;
  const what = kept.node.kind === 'op' ? `the output of op ${kept.node.op}` : 'a tensor';
  throw new Error(`a compiled function keeps ${what} beyond the call (tf.keep): return it, or assign it to a tf.variable that was made outside`);
}
