import { summarise, type Summary } from './statistics';

/** One of the things compared. */
export interface Arm<Name extends string = string> {
  readonly name: Name;
  /** Does the work `iterations` times. @returns the milliseconds that took */
  readonly run: (iterations: number) => number | Promise<number>;
}

export interface AlternateOptions {
  /** Samples of each arm. */
  readonly samples: number;
  /** Milliseconds that one sample lasts at least; work that is shorter is repeated. 0: once a sample. */
  readonly sampleMs: number;
  /** Called before each sample; may throw to stop. */
  readonly pause?: () => void | Promise<void>;
}

/** What was measured of one arm: milliseconds of one iteration. */
export interface Measurement extends Summary {
  readonly iterations: number;
}

/** An arm that does `work` in this process. */
export function localArm<Name extends string>(name: Name, work: () => unknown): Arm<Name> {
  return {
    name,
    run: async (iterations) => {
      const start = performance.now();
      for (let i = 0; i < iterations; i++) {
        const result = work();
        // Synchronous work is not sent through the event loop: that would be measured too.
        if (result instanceof Promise) await result;
      }
      return performance.now() - start;
    },
  };
}

/**
 * Measures arms in turn, round after round, so that whatever else the machine does falls on all of them. The order rotates: no
 * arm always runs on the caches that the same other one left.
 */
export async function alternate<Name extends string>(arms: readonly Arm<Name>[], options: AlternateOptions): Promise<ReadonlyMap<Name, Measurement>> {
  const pause = options.pause ?? (() => undefined);
  const prepared: { arm: Arm<Name>; iterations: number; samples: number[] }[] = [];
  for (const arm of arms) {
    await pause();
    prepared.push({ arm, iterations: await calibrate(arm, options.sampleMs), samples: [] });
  }
  for (let round = 0; round < options.samples; round++) {
    for (let i = 0; i < prepared.length; i++) {
      const turn = prepared[(round + i) % prepared.length];
      if (!turn) continue;
      await pause();
      turn.samples.push((await turn.arm.run(turn.iterations)) / turn.iterations);
    }
  }
  return new Map(prepared.map(({ arm, iterations, samples }) => [arm.name, { iterations, ...summarise(samples) }]));
}

/** Warms an arm up, and finds how often it runs in a sample. */
async function calibrate(arm: Arm, sampleMs: number): Promise<number> {
  await arm.run(1);
  let iterations = 1;
  let ms = await arm.run(iterations);
  while (ms < sampleMs) {
    // A short trial says little: grow at most tenfold before looking again.
    iterations = Math.ceil(iterations * Math.min(10, Math.max(1.2, (1.1 * sampleMs) / Math.max(ms, 1e-6))));
    ms = await arm.run(iterations);
  }
  return iterations;
}
