import type { ArmName } from './arms';
import type { ModelName } from './models';
import type { StepRow } from './rows';

/** A limit that the project holds itself to. */
interface Goal {
  readonly text: string;
  readonly model: ModelName;
  /** The arm that ours is compared with, or ours where it is compared with ReLU. */
  readonly arm: ArmName;
  readonly limit: number;
  readonly value: (row: StepRow) => number;
}

const time = (row: StepRow): number => row.oursRatio;
const overRelu = (row: StepRow): number => row.reluRatio ?? NaN;
const memory = (row: StepRow): number => row.oursMemoryRatio;

/** Hinges of the networks with APL. */
const SEGMENTS = 5;

/** Ours by the arm's, at batch 64 on two cores. */
const GOALS: readonly Goal[] = [
  { text: 'CNN step at most 0.9 of Keras', model: 'cnn', arm: 'keras', limit: 0.9, value: time },
  { text: 'ResNet-50 step at most 0.95 of Keras', model: 'resnet50', arm: 'keras', limit: 0.95, value: time },
  { text: 'ResNet-50 peak memory at most that of Keras', model: 'resnet50', arm: 'keras', limit: 1, value: memory },
  { text: 'BERT-Tiny step at most that of Keras', model: 'bert-tiny', arm: 'keras', limit: 1, value: time },
  { text: 'BERT-Tiny step at most that of PyTorch', model: 'bert-tiny', arm: 'torch', limit: 1, value: time },
  { text: 'BERT-Tiny step with dropout at most that of Keras', model: 'bert-tiny-dropout', arm: 'keras', limit: 1, value: time },
  { text: 'BERT-Tiny step with dropout at most that of PyTorch', model: 'bert-tiny-dropout', arm: 'torch', limit: 1, value: time },
  { text: 'CNN step at least 4 times as fast as stock', model: 'cnn', arm: 'stock', limit: 1 / 4, value: time },
  { text: 'ResNet-50 step at least 3 times as fast as stock', model: 'resnet50', arm: 'stock', limit: 1 / 3, value: time },
  { text: 'CNN step with APL (S = 5, all sites) at most 1.1 of ReLU', model: 'apl', arm: 'ours', limit: 1.1, value: overRelu },
  { text: "Step of the APL papers' network (S = 5, all sites) at most 1.1 of ReLU", model: 'apl-cnn', arm: 'ours', limit: 1.1, value: overRelu },
];

/** A goal with what was measured. */
export interface GoalResult {
  readonly goal: string;
  readonly limit: number;
  readonly measured: number;
  readonly met: boolean;
}

/** Checks the goals that the rows can tell of. */
export function checkGoals(rows: readonly StepRow[]): readonly GoalResult[] {
  return GOALS.flatMap(({ text, model, arm, limit, value }) => {
    const row = rows.find((candidate) => candidate.model === model && candidate.arm === arm && (candidate.segments ?? SEGMENTS) === SEGMENTS);
    return row ? [{ goal: text, limit, measured: value(row), met: value(row) <= limit }] : [];
  });
}
