import type { ArmName } from './arms';
import type { ModelName } from './models';
import type { StepRow } from './rows';

/** A limit that the project holds itself to. */
interface Goal {
  readonly text: string;
  readonly model: ModelName;
  /** The arm that ours is compared with. */
  readonly arm: ArmName;
  readonly limit: number;
  readonly value: (row: StepRow) => number;
}

const time = (row: StepRow): number => row.oursRatio;
const memory = (row: StepRow): number => row.oursMemoryRatio;

/** Ours by the arm's, at batch 64 on two cores. */
const GOALS: readonly Goal[] = [
  { text: 'CNN step at most 0.9 of Keras', model: 'cnn', arm: 'keras', limit: 0.9, value: time },
  { text: 'ResNet-50 step at most 0.95 of Keras', model: 'resnet50', arm: 'keras', limit: 0.95, value: time },
  { text: 'ResNet-50 peak memory at most that of Keras', model: 'resnet50', arm: 'keras', limit: 1, value: memory },
  { text: 'CNN step at least 4 times as fast as stock', model: 'cnn', arm: 'stock', limit: 1 / 4, value: time },
  { text: 'ResNet-50 step at least 3 times as fast as stock', model: 'resnet50', arm: 'stock', limit: 1 / 3, value: time },
  { text: 'APL step (S = 5, all sites) at most 1.1 of ReLU', model: 'apl', arm: 'ours-relu', limit: 1.1, value: time },
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
    const row = rows.find((candidate) => candidate.model === model && candidate.arm === arm);
    return row ? [{ goal: text, limit, measured: value(row), met: value(row) <= limit }] : [];
  });
}
