import * as fs from 'node:fs';
import * as path from 'node:path';
import * as tf from '@cuda-activations/runtime';
import { diagnose } from 'cuda-activations';
import { writeFileAtomic } from '../../runs/atomic';
import { encodeArrays, readArrays, type StoredArray } from '../../runs/safetensors';
import { isPython, programOf, type ArmName } from './arms';
import { createModel } from './create_model';
import { inputsOf, type ModelName, type NetworkName } from './models';
import { describeNetwork, withRelu, type Network } from './network';
import { nudgeWeights } from './nudge';
import { peakMemoryMB } from './peak_memory';
import type { ExportedGraph, MemoryAnswer, RunAnswer, SharedFiles, StepRequest, StepSubject, Versions } from './protocol';
import { setUpProcess, stepProgram, type StepProgram } from './step_programs';
import { stockNetwork } from './stock_network';

interface Batch {
  readonly inputs: tf.Tensor[];
  readonly labels: tf.Tensor1D;
}

/** An arm that runs in Node: answers the requests that its process is sent. */
export class StepArm {
  #program: StepProgram | undefined;
  #batches: readonly Batch[] = [];
  #position = 0;

  answer(request: StepRequest): Versions | RunAnswer | MemoryAnswer | ExportedGraph | null {
    switch (request.kind) {
      case 'hello':
        return { node: process.version, tensorflow: tf.tensorflowVersion(), tfjs: tf.version.tfjs };
      case 'export':
        exportModel(request);
        return null;
      case 'prepare':
        this.#prepare(request.arm, request.subject);
        return null;
      case 'run':
        return this.#run(request.steps);
      case 'graph':
        return this.#writeGraph(request.folder);
      case 'profile':
        throw new Error("profile: TensorFlow's profiler is read in Python");
      case 'memory':
        return { peakMB: peakMemoryMB(), keptMB: this.#program?.keptBytes ? this.#program.keptBytes() / 2 ** 20 : null };
    }
  }

  dispose(): void {
    this.#program?.dispose();
    tf.dispose(this.#batches as unknown as tf.TensorContainer);
    this.#program = undefined;
    this.#batches = [];
  }

  #prepare(arm: ArmName, subject: StepSubject): void {
    const { program, relu } = programOf(arm);
    if (isPython(program)) throw new Error(`${program} does not run in Node`);
    this.dispose();
    setUpProcess(program);
    const { seed, files, nudge } = subject;
    const makeOurs = () => {
      const ours = createModel(subject, seed, { relu, dropoutSeed: seed + (nudge ?? 0) });
      return nudge === undefined ? ours : nudgeWeights(ours, nudge);
    };
    this.#batches = readBatches(subject.model, files.batches);
    this.#position = 0;
    const network = (): Network => (relu ? withRelu(readNetwork(files.network)) : readNetwork(files.network));
    this.#program = stepProgram(program, makeOurs, () => stockNetwork(network(), readArrays(files.weights)), subject);
  }

  #writeGraph(folder: string): ExportedGraph {
    const { opLibrary } = diagnose();
    if (!opLibrary.ok) throw new Error(opLibrary.error);
    const [batch] = this.#batches;
    if (!this.#program?.graph || !batch) throw new Error('graph: expected prepare of a compiled arm before it');
    const file = path.join(folder, 'step.pb');
    writeFileAtomic(file, [this.#program.graph(batch.inputs, batch.labels)]);
    const variables = path.join(folder, 'variables.safetensors');
    const values = Object.values(tf.engine().registeredVariables).map((variable): [string, StoredArray] => [variable.name, { shape: variable.shape, values: variable.dataSync() as Float32Array }]);
    writeFileAtomic(variables, encodeArrays(Object.fromEntries(values)));
    return { file, variables, library: opLibrary.details.path };
  }

  #run(steps: number): RunAnswer {
    if (!this.#program) throw new Error('run: expected prepare before it');
    const ms: number[] = [];
    const processorMs: number[] = [];
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) {
      const { inputs, labels } = this.#batches[this.#position++ % this.#batches.length] as Batch;
      const [start, used] = [performance.now(), process.cpuUsage()];
      const loss = this.#program.step(inputs, labels);
      const [value = NaN] = loss.dataSync();
      loss.dispose();
      ms.push(performance.now() - start);
      const { user, system } = process.cpuUsage(used);
      processorMs.push((user + system) / 1e3);
      losses.push(value);
    }
    return { ms, processorMs, loss: losses };
  }
}

function exportModel({ network, seed, files }: { readonly network: NetworkName; readonly seed: number; readonly files: SharedFiles }): void {
  const model = createModel(network, seed);
  writeFileAtomic(files.network, JSON.stringify(describeNetwork(network.model, model)));
  const weights = model.weights.map((weight): [string, StoredArray] => [weight.originalName, { shape: weight.shape as number[], values: weight.read().dataSync() as Float32Array }]);
  writeFileAtomic(files.weights, encodeArrays(Object.fromEntries(weights)));
  model.dispose();
}

function readNetwork(file: string): Network {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Network;
}

function readBatches(model: ModelName, file: string): readonly Batch[] {
  const arrays = readArrays(file);
  const names = inputsOf(model);
  return Array.from({ length: Object.keys(arrays).length / (names.length + 1) }, (_, i) => {
    const read = (name: string): tf.Tensor => {
      const array = arrays[`${name}${i}`];
      if (!array) throw new Error(`${file}: expected ${name}${i}`);
      return tf.tensor(array.values, [...array.shape], array.values instanceof Int32Array ? 'int32' : 'float32');
    };
    const batch = { inputs: names.map(read), labels: read('labels') as tf.Tensor1D };
    // The first use of a tensor uploads it.
    for (const tensor of [...batch.inputs, batch.labels]) tf.dispose(tf.add(tensor, tensor));
    return batch;
  });
}
