import { show } from '../../config/fields';
import type { Figure } from '../../report/figures';
import type { Block } from '../../report/html';
import type { Pages } from '../../report/pages';
import { AGREEMENT } from './agreement';
import { describeArm } from './arms';
import type { FirstLosses } from './measure_model';
import { networkTitle, type NetworkName } from './models';
import type { BenchStepsConfig } from './options';
import { profileTable, type StepProfile } from './profile';
import type { StepRow } from './rows';
import { goalTable, lossTable, reluTable, rowTable, stepTable } from './tables';

/** What was measured, and of what. */
export interface StepsSubject {
  readonly config: BenchStepsConfig;
  readonly command: string;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly rows: readonly StepRow[];
  readonly losses: readonly (NetworkName & { readonly losses: readonly FirstLosses[]; readonly spread: readonly number[]; readonly profiles: readonly StepProfile[] })[];
  readonly disagreements: readonly string[];
}

const KEPT =
  'The same network, program by program. APL/ReLU: median over the rounds of the ratio within a round. Processor: over all threads of the process, which other work on the machine lengthens less than the time that passes. Kept for backward: what the gradient reads of the forward pass, by the graph of the step, where there is one. Peak: of the process, TensorFlow and Node included.';

/** The report. */
export function stepPages({ config, command, environment, rows, losses, disagreements }: StepsSubject): Pages {
  const arms = [...new Set(rows.map(({ arm }) => arm))];
  const goals = goalTable(rows);
  const relu = reluTable(rows);
  const blocks: Block[] = [
    { kind: 'paragraph', text: 'Milliseconds of one training step (forward pass, gradient, SGD with momentum, loss read back) on 32x32x3 images that are in memory as floats. Each arm is a process of its own; they take turns, sample by sample. ours/arm: median over the rounds of the ratio within a round, below 1 ours is faster. Peak: largest resident memory of the process from its start.' },
    { kind: 'list', items: arms.map((arm) => `${arm}: ${describeArm(arm)}`) },
    ...disagreements.map((text): Block => ({ kind: 'warning', text: `Arms disagree: ${text}` })),
    { kind: 'table', ...stepTable(rows) },
    ...(relu.rows.length > 0 ? ([{ kind: 'heading', text: 'APL against ReLU' }, { kind: 'paragraph', text: KEPT }, { kind: 'table', ...relu }] as const) : []),
    ...(goals.rows.length > 0 ? ([{ kind: 'heading', text: 'Goals' }, { kind: 'table', ...goals }] as const) : []),
    ...losses.flatMap((each): Block[] => (each.profiles.length > 0 ? [{ kind: 'heading', text: `${networkTitle(each)}: where the time goes` }, { kind: 'table', ...profileTable(networkTitle(each), each.profiles) }] : [])),
    { kind: 'heading', text: 'Losses of the first steps' },
    { kind: 'paragraph', text: `From the same weights on the same batches. ${AGREEMENT}` },
    ...losses.map((each): Block => ({ kind: 'table', ...lossTable(networkTitle(each), each.losses, each.spread) })),
    { kind: 'heading', text: 'Configuration' },
    { kind: 'paragraph', text: command },
    { kind: 'list', items: Object.entries(config).map(([key, value]) => `${key}: ${show(value)}`) },
    { kind: 'heading', text: 'Environment' },
    { kind: 'list', items: Object.entries(environment).map(([key, value]) => `${key}: ${show(value)}`) },
  ];
  return { title: 'Training steps', blocks, figures: [stepFigure(rows, `${show(environment['cpu'])}, ${show(environment['cores'])} cores, batch ${config.batchSize}`)], tables: { rows: rowTable(rows) } };
}

function stepFigure(rows: readonly StepRow[], subtitle: string): Figure {
  const title = 'Milliseconds of a training step';
  return {
    name: 'steps',
    title,
    specification: {
      title: { text: title, subtitle },
      data: { values: rows.map((row) => ({ model: networkTitle(row), arm: row.arm, msMedian: row.msMedian })) },
      facet: { column: { field: 'model', type: 'nominal', sort: null, title: null } },
      resolve: { scale: { x: 'independent', y: 'independent' } },
      spec: {
        width: { step: 44 },
        height: 260,
        mark: 'bar',
        encoding: {
          x: { field: 'arm', type: 'nominal', sort: null, axis: { labelAngle: -45, title: null } },
          y: { field: 'msMedian', type: 'quantitative', title: 'ms, median' },
          color: { field: 'arm', type: 'nominal', legend: null },
        },
      },
    },
  };
}
