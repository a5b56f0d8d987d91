import type { Runner } from '../classification/experiment';

/** What runs and reports the experiments with APL. TensorFlow comes with it. */
export async function loadAplRunner(): Promise<Runner> {
  const { runApl, reportApl } = await import('./run.js');
  return { run: runApl, report: reportApl };
}
