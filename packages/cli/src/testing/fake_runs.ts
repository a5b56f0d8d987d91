import * as fs from 'node:fs';
import * as path from 'node:path';

/** How a run that was never trained is written: as the experiments write theirs. */
export interface FakeRun {
  readonly state: 'running' | 'interrupted' | 'done';
  /** Of the configuration, and those that have a line. */
  readonly epochs: number;
  readonly complete: number;
  readonly config?: Readonly<Record<string, unknown>>;
  /** Tells its curve from others. */
  readonly seed?: number;
}

/** The line of an epoch, counted from 1. */
export function epochLine(epoch: number, seed = 0): string {
  const loss = (0.4 + 0.2 * Math.sin(seed)) * (1 + 4 / epoch);
  return `${JSON.stringify({ epoch, trainLoss: loss * 0.9, valLoss: loss, trainAccuracy: 99 - 60 / epoch, valAccuracy: 97 - 60 / epoch - (seed % 7), valF1: 0.9, seconds: 2, steps: 100 })}\n`;
}

/** Writes a run. @returns its folder */
export function writeRun(runsDir: string, experiment: string, name: string, { state, epochs, complete, config = {}, seed = 0 }: FakeRun): string {
  const folder = path.join(runsDir, experiment, name);
  fs.mkdirSync(folder, { recursive: true });
  // As a machine that cannot be asked holds it: fresh, so that its owner counts as running.
  if (state === 'running') fs.writeFileSync(path.join(folder, 'lock'), JSON.stringify({ pid: 1, host: 'elsewhere.invalid', started: null, space: null, token: name }));
  fs.writeFileSync(path.join(folder, 'metrics.jsonl'), Array.from({ length: complete }, (_, i) => epochLine(i + 1, seed)).join(''));
  if (state === 'running') fs.writeFileSync(path.join(folder, 'progress.json'), JSON.stringify({ step: complete * 100 + 50, steps: epochs * 100, loss: 0.5, stepMs: 20 }));
  if (state === 'done') fs.writeFileSync(path.join(folder, 'DONE'), JSON.stringify({ test: { loss: 0.3, accuracy: 96.5, f1: 0.96 }, epochs: complete, bestEpoch: complete, bestValLoss: 0.3, stoppedEarly: false, seconds: 2 * complete }));
  // The configuration makes a folder a run: it comes last here, so that a run which is seen is whole.
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ experiment, activation: 'relu', optimizer: 'adam', seed, epochs, ...config }));
  return folder;
}

/** Adds the line of the next epoch. */
export function appendEpoch(folder: string, epoch: number, seed = 0): void {
  fs.appendFileSync(path.join(folder, 'metrics.jsonl'), epochLine(epoch, seed));
}
