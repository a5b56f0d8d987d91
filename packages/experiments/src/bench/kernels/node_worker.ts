import * as tf from '@cuda-activations/runtime';
import { serve } from '../worker_process';
import { arrayArms, type WorkerArm } from './array_arms';
import { tensorArms } from './tensor_arms';
import type { PreparedArm, RunAnswer, WorkerRequest, WorkerVersions } from './worker_protocol';

// The process that measures the arms of this project and of TensorFlow.js: threads and the C library's memory are settled by its
// environment, which is read once, at the start.

let arms: readonly WorkerArm[] = [];
let release = (): void => undefined;

async function answer(request: WorkerRequest): Promise<WorkerVersions | readonly PreparedArm[] | RunAnswer> {
  switch (request.kind) {
    case 'hello':
      return { node: process.version, tensorflow: tf.tensorflowVersion(), tfjs: tf.version.tfjs };
    case 'prepare': {
      release();
      const tensors = await tensorArms(request.bench);
      release = tensors.dispose;
      arms = [...tensors.arms, ...arrayArms(request.bench)];
      return arms.map(({ arm, probe, work, kernels, setup }) => {
        setup?.();
        work();
        return { arm, kernels, probe: probe?.() ?? null };
      });
    }
    case 'run': {
      const chosen = arms.find(({ arm }) => arm === request.arm);
      if (!chosen) throw new Error(`no arm ${request.arm} is prepared`);
      chosen.setup?.();
      const faultsBefore = process.resourceUsage().minorPageFault;
      const start = performance.now();
      for (let i = 0; i < request.iterations; i++) chosen.work();
      const ms = performance.now() - start;
      return { ms, pageFaults: process.resourceUsage().minorPageFault - faultsBefore };
    }
  }
}

void serve((message) => answer(message as unknown as WorkerRequest));
