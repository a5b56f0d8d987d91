import * as tf from '@tensorflow/tfjs';
import type { TensorFlowBackend } from '../backend/backend';
import { activeRecorder } from '../backend/recorder';
import { tensorflowBackend } from '../backend/register';
import { mapLeaves, signatureOf } from './containers';
import { GraphBuilder, type GraphMode } from './graph-builder';
import { checksByDefault, failedCheck, NumericsError } from './numerics';
import { initialize, Program, StaleTraceError } from './program';
import { writeSavedModel } from './saved-model';
import { ResultIndex, traceFunction, type Traced } from './tracing';

/** Options of {@link compile}. */
export interface CompileOptions {
  /** Name in errors and profiles; default: the function's own. */
  name?: string;
  /** How many traces are kept, one for each signature of arguments; the least recently used one goes first. Default 16. */
  maxTraces?: number;
  /**
   * Stops at the first value that is NaN or infinite, with a NumericsError that says which tensor it is in, the line that made it, and the number of the call.
   * For finding faults: each value is looked at, and ops are fused less. Default: as the environment variable CUDA_ACTIVATIONS_CHECK_NUMERICS says, else false.
   */
  checkNumerics?: boolean;
}

/** What one trace consists of. */
export interface TraceExplanation {
  /** Types and shapes of the tensor arguments, structure, and the other arguments. */
  readonly signature: string;
  readonly nodes: number;
  /** Number of nodes by op, the most frequent first. */
  readonly ops: Readonly<Record<string, number>>;
  /**
   * For each result, bytes of what is computed on the way to it and read by ops that it does not depend on: of a training step's loss, what the backward pass
   * keeps. A buffer counts once; arguments, variables and constants do not count.
   */
  readonly keptBytes: readonly number[];
}

/** A function made by {@link compile}. */
export interface CompiledFunction<Arguments extends unknown[], Result> {
  (...args: Arguments): Result;
  /** The traces at hand. */
  explain(): TraceExplanation[];
  /**
   * The graph for arguments such as these, as a serialized GraphDef (Netron and `tf.graph_util` open it). Placeholders are `argument_<n>`, `variable_<n>_<name>`,
   * `handle_<n>_<name>` for variables that are updated, and `outside_<n>` for large tensors from outside (small ones are constants of their present values);
   * results are `result_<n>`, and running the node `updates` updates the variables. Traces the function once more, and runs nothing.
   */
  toGraphDef(...args: Arguments): Buffer;
  /**
   * Writes a SavedModel for arguments such as these: signature `serving_default` from `argument_<n>` to `result_<n>`, variables and outside tensors as
   * constants of their present values, updates left out. Python's `tf.saved_model.load`, TensorFlow Serving and `tf.node.loadSavedModel` open it.
   */
  saveModel(directory: string, ...args: Arguments): void;
  /** Frees all traces. The function cannot be called afterwards. */
  dispose(): void;
}

interface CachedTrace {
  readonly program: Program;
  readonly result: unknown;
}

const DEFAULT_MAX_TRACES = 16;

interface EngineState {
  state: { gradientDepth: number };
}

/** Whether a gradient is being recorded around the call: it needs the function's own ops. */
function gradientIsRecorded(): boolean {
  return (tf.engine() as unknown as EngineState).state.gradientDepth > 0;
}

class Compiler<Arguments extends unknown[], Result> {
  private readonly traces = new Map<string, CachedTrace>();
  private disposed = false;
  private calls = 0;

  constructor(
    private readonly fn: (...args: Arguments) => Result,
    private readonly name: string,
    private readonly maxTraces: number,
    private readonly checkNumerics: boolean,
  ) {}

  call(args: Arguments): Result {
    if (this.disposed) throw new Error(`compiled function "${this.name}" is disposed`);
    // Part of a larger trace, or of a gradient: its ops belong there.
    if (activeRecorder() !== undefined || gradientIsRecorded()) return this.fn(...args);
    this.calls += 1;
    const backend = tensorflowBackend();
    const tensors: tf.Tensor[] = [];
    const signature = signatureOf(args, tensors);
    const cached = this.traces.get(signature);
    if (cached !== undefined) {
      try {
        const outputs = this.run(cached.program, tensors);
        this.traces.delete(signature);
        this.traces.set(signature, cached);
        return fill(cached.result, outputs) as Result;
      } catch (error) {
        if (!(error instanceof StaleTraceError)) throw error;
        this.drop(signature, cached);
      }
    }
    return this.traceAndRun(backend, signature, args, tensors);
  }

  explain(): TraceExplanation[] {
    return [...this.traces].map(([signature, { program }]) => {
      const ops = [...program.ops].sort(([, a], [, b]) => b - a);
      return { signature, nodes: ops.reduce((sum, [, count]) => sum + count, 0), ops: Object.fromEntries(ops), keptBytes: program.keptBytes };
    });
  }

  toGraphDef(args: Arguments): Buffer {
    return this.withGraph(args, 'exported', (builder) => builder.serialize());
  }

  saveModel(directory: string, args: Arguments): void {
    this.withGraph(args, 'frozen', (builder) => {
      const { inputs, outputs } = builder.signature();
      writeSavedModel(directory, builder.serialize(), inputs, outputs);
    });
  }

  dispose(): void {
    for (const [signature, cached] of [...this.traces]) this.drop(signature, cached);
    this.disposed = true;
  }

  private withGraph<T>(args: Arguments, mode: GraphMode, use: (builder: GraphBuilder) => T): T {
    const backend = tensorflowBackend();
    const traced = this.traceWithoutNewVariables(backend, args);
    try {
      const builder = new GraphBuilder(backend, traced.trace, traced.values, mode);
      try {
        return use(builder);
      } finally {
        builder.close();
      }
    } finally {
      traced.trace.close();
    }
  }

  /** A function that makes variables makes them in its first trace only. */
  private traceWithoutNewVariables(backend: TensorFlowBackend, args: Arguments): Traced {
    const fn = this.fn as (...args: never[]) => unknown;
    const first = traceFunction(backend, fn, args);
    if (first.made.length === 0) return first;
    const tensors: tf.Tensor[] = [];
    signatureOf(args, tensors);
    try {
      initialize(backend, this.name, first.trace, first.made, tensors);
    } finally {
      first.trace.close();
    }
    const second = traceFunction(backend, fn, args);
    if (second.made.length === 0) return second;
    second.trace.close();
    for (const { variable } of second.made) variable.dispose();
    throw new Error(`compiled function "${this.name}" makes new variables at every call, so that no graph stands for it`);
  }

  private run(program: Program, tensors: readonly tf.Tensor[]): tf.Tensor[] {
    if (!this.checkNumerics) return program.run(tensors);
    try {
      return program.run(tensors);
    } catch (error) {
      const failed = failedCheck(error);
      if (failed === undefined) throw error;
      throw new NumericsError(failed.tensor, this.calls, failed.found, this.name);
    }
  }

  private traceAndRun(backend: TensorFlowBackend, signature: string, args: Arguments, tensors: readonly tf.Tensor[]): Result {
    const traced = traceFunction(backend, this.fn as (...args: never[]) => unknown, args, this.checkNumerics);
    let program: Program;
    try {
      initialize(backend, this.name, traced.trace, traced.made, tensors);
      program = new Program(backend, this.name, traced.trace, traced.values, 'whole', this.checkNumerics);
    } finally {
      traced.trace.close();
    }
    const outputs = this.runFirst(program, traced, signature, tensors);
    return fill(traced.result, outputs) as Result;
  }

  private runFirst(program: Program, traced: Traced, signature: string, tensors: readonly tf.Tensor[]): tf.Tensor[] {
    // A function that makes variables (an optimizer its accumulators) does so once: this trace is not what it does from now on.
    const keep = traced.made.length === 0;
    let outputs: tf.Tensor[];
    try {
      outputs = this.run(program, tensors);
    } catch (error) {
      program.dispose();
      throw error;
    }
    if (keep) {
      this.traces.set(signature, { program, result: traced.result });
      this.evict();
    } else {
      program.dispose();
    }
    return outputs;
  }

  private evict(): void {
    for (const [signature, cached] of this.traces) {
      if (this.traces.size <= this.maxTraces) return;
      this.drop(signature, cached);
    }
  }

  private drop(signature: string, cached: CachedTrace): void {
    this.traces.delete(signature);
    cached.program.dispose();
  }
}

function fill(result: unknown, outputs: readonly tf.Tensor[]): unknown {
  return mapLeaves(result, (leaf) => (leaf instanceof ResultIndex ? outputs[leaf.index] : leaf));
}

/**
 * Makes of a function over tensors one TensorFlow function, which runs as a whole: no JavaScript between its ops, independent ops at the same time,
 * dead ones left out, variables updated in place.
 *
 * ```ts
 * const step = compile((x: tf.Tensor, y: tf.Tensor) => optimizer.minimize(() => loss(model.apply(x), y), true));
 * for (const { xs, ys } of batches) step(xs, ys).dispose();
 * ```
 *
 * At the first call with a signature of arguments `fn` is traced: it runs once with tensors that have a type and a shape but no values, and TensorFlow gets
 * what it did. Later calls with the signature run only that. A signature is the types and shapes of tensor arguments, the structure of containers, and all
 * other arguments by value (variables, functions and objects of a class by identity).
 *
 * - Arguments and results are tensors, plain values, and arrays and plain objects of them. Results are new tensors; plain values in them are those of the trace.
 * - Tensors and variables from outside are taken by reference: a variable's value is the one it has at the call. If a tensor from outside has been disposed,
 *   the function is traced again.
 * - `variable.assign()` and in-place updates take effect as statements in order. A function may make variables at its first call, as optimizers do; it is then
 *   traced once more at the second.
 * - JavaScript runs at tracing only: a number read from an object, such as an optimizer's learning rate, is a constant of the trace. What changes from call to
 *   call must be a tensor, a variable, or an argument.
 * - Inside a gradient (`tf.grads`), or inside another compiled function, the call is inlined.
 *
 * @throws a DataReadError where `fn` reads values of tensors, a FrozenRandomnessError where it draws random numbers in JavaScript (both name the op and the
 *   line), and an Error where a shape depends on values, a tensor is kept beyond the call, or `fn` is async. Variables keep their values then.
 */
export function compile<Arguments extends unknown[], Result>(
  fn: (...args: Arguments) => Result,
  options: CompileOptions = {},
): CompiledFunction<Arguments, Result> {
  const { name = fn.name || 'function', maxTraces = DEFAULT_MAX_TRACES, checkNumerics = checksByDefault() } = options;
  const known = ['name', 'maxTraces', 'checkNumerics'];
  const unknown = Object.keys(options).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new TypeError(`compile: unknown option ${unknown.map((key) => `"${key}"`).join(', ')}; there are: ${known.join(', ')}`);
  if (typeof checkNumerics !== 'boolean') throw new TypeError(`compile: checkNumerics must be true or false, got ${String(checkNumerics)}`);
  if (!Number.isInteger(maxTraces) || maxTraces < 1) throw new RangeError(`compile: maxTraces must be an integer of at least 1, got ${String(maxTraces)}`);
  const compiler = new Compiler(fn, name, maxTraces, checkNumerics);
  return Object.assign((...args: Arguments) => compiler.call(args), {
    explain: () => compiler.explain(),
    toGraphDef: (...args: Arguments) => compiler.toGraphDef(args),
    saveModel: (directory: string, ...args: Arguments) => {
      compiler.saveModel(directory, args);
    },
    dispose: () => {
      compiler.dispose();
    },
  });
}
