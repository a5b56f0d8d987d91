import values from './paper_values.json';

/** What the paper prints for one run. */
export interface PaperValue {
  readonly table: number;
  /** Test accuracy, percent. */
  readonly accuracy: number;
  readonly loss: number;
  readonly f1: number;
  readonly epochs: number;
  readonly secondsPerEpoch: number;
}

type Tables = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, PaperValue>>>>>>;

/** The paper's value of a run; undefined where it has none. */
export function paperValue(experiment: string, optimizer: string, activation: string): PaperValue | undefined {
  return (values.values as Tables)[experiment]?.[optimizer]?.[activation];
}

/** Where the values are from. */
export const PAPER_SOURCE = `${values.source}. ${values.note}`;

/**
 * Test accuracies in percent that a replication with one seed should give: a distance from the paper's value, or a range where
 * the authors' own runs scatter more than they differ. From the sampling error of 10,000 images and the scatter of their curves.
 */
const TOLERANCE: Readonly<Record<string, Readonly<Record<string, number | readonly [number, number]>>>> = {
  'cnn-mnist': { sgd: 0.4, adam: 0.4 },
  'cnn-cifar': { sgd: 2, adam: 2 },
  'resnet-cifar': { sgd: [57, 61], adam: [75, 81] },
};

/** Whether a test accuracy replicates the paper's, and by what rule. */
export function verdict(experiment: string, optimizer: string, accuracy: number, paper: PaperValue): string {
  const tolerance = TOLERANCE[experiment]?.[optimizer];
  if (tolerance === undefined) return 'no tolerance stated';
  if (typeof tolerance === 'number') {
    return `${Math.abs(accuracy - paper.accuracy) <= tolerance ? 'within' : 'outside'} ±${tolerance}`;
  }
  const [low, high] = tolerance;
  return `${accuracy >= low && accuracy <= high ? 'within' : 'outside'} ${low} to ${high}`;
}
