import marks from './pass_marks.json';
import { authorsRun, type AuthorsEpoch } from './authors';
import { paperValue } from './paper';

/** Whether a number replicates the authors', and by what rule. */
export interface Verdict {
  readonly passed: boolean;
  /** The rule in words, `within ±2` or `outside 57 to 61`. */
  readonly text: string;
}

interface RunMark {
  readonly experiment: string;
  readonly optimizer?: string;
  readonly activation?: string;
  readonly within?: number;
  readonly from?: number;
  readonly to?: number;
  readonly atLeast?: number;
}

/** The rule that decides each verdict, stated before any run. */
export const PASS_MARKS_SOURCE = marks.source;

const verdict = (passed: boolean, rule: string): Verdict => ({ passed, text: `${passed ? 'within' : 'outside'} ${rule}` });

function markOf(list: readonly RunMark[], experiment: string, optimizer: string, activation: string): RunMark | undefined {
  return list.find((mark) => mark.experiment === experiment && (mark.optimizer ?? optimizer) === optimizer && (mark.activation ?? activation) === activation);
}

/** The test accuracy (percent) of one seed against the paper's; undefined where no mark is stated. */
export function judgeAccuracy(experiment: string, optimizer: string, activation: string, accuracy: number): Verdict | undefined {
  const mark = markOf(marks.testAccuracy, experiment, optimizer, activation);
  const paper = paperValue(experiment, optimizer, activation);
  if (!mark || !paper) return undefined;
  if (mark.within !== undefined) return verdict(Math.abs(accuracy - paper.accuracy) <= mark.within + 1e-9, `±${mark.within}`);
  const { from = -Infinity, to = Infinity } = mark;
  return verdict(accuracy >= from && accuracy <= to, `${from} to ${to}`);
}

/** The validation accuracy (percent) at the epoch of the lowest validation loss; undefined where no mark is stated. */
export function judgeBestValidation(experiment: string, optimizer: string, activation: string, accuracy: number): Verdict | undefined {
  const mark = markOf(marks.bestValAccuracy, experiment, optimizer, activation);
  if (mark?.atLeast === undefined) return undefined;
  return { passed: accuracy >= mark.atLeast, text: `best validation accuracy ${accuracy >= mark.atLeast ? 'at least' : 'below'} ${mark.atLeast}` };
}

/** The number of epochs against the authors'. */
export function judgeEpochs(experiment: string, optimizer: string, activation: string, epochs: number): Verdict | undefined {
  const theirs = authorsRun(experiment, optimizer, activation)?.epochs.length;
  if (theirs === undefined) return undefined;
  const { relative } = marks.stopEpoch;
  return verdict(Math.abs(epochs - theirs) <= relative * theirs, `±${100 * relative} %`);
}

/** Epochs at the start with a validation accuracy at the level of chance. */
export function plateauLength(valAccuracies: readonly number[]): number {
  const end = valAccuracies.findIndex((accuracy) => accuracy >= marks.plateau.below);
  return end === -1 ? valAccuracies.length : end;
}

/** The plateau on which sigmoid with SGD begins; undefined for other runs. */
export function judgePlateau(optimizer: string, activation: string, valAccuracies: readonly number[]): Verdict | undefined {
  const { plateau } = marks;
  if (optimizer !== plateau.optimizer || activation !== plateau.activation) return undefined;
  const length = plateauLength(valAccuracies);
  return verdict(Math.abs(length - plateau.epochs) <= plateau.relative * plateau.epochs, `${plateau.epochs} epochs ±${100 * plateau.relative} % (${length})`);
}

/** The four numbers of an epoch that the authors print. */
export type EpochScores = Pick<AuthorsEpoch, 'trainLoss' | 'valLoss' | 'trainAccuracy' | 'valAccuracy'>;

/** Largest difference of the two losses, and of the two accuracies in points. */
export function epochDifference(ours: EpochScores, theirs: EpochScores): { readonly loss: number; readonly accuracy: number } {
  const largest = (...fields: readonly (keyof EpochScores)[]) => Math.max(...fields.map((field) => Math.abs(ours[field] - theirs[field])));
  return { loss: largest('trainLoss', 'valLoss'), accuracy: largest('trainAccuracy', 'valAccuracy') };
}

/** What epoch 1 may differ by: tighter for activations whose derivative has no jump, on which rounding grows slowest. */
export function epochOneMark(activation: string): { readonly loss: number; readonly accuracy: number } {
  const { smooth, all } = marks.epochOne;
  return smooth.activations.includes(activation) ? smooth : all;
}

/** Epoch 1 of a CNN run against the printed log, whose last digit is rounded. */
export function judgeEpochOne(activation: string, ours: EpochScores, theirs: EpochScores): Verdict {
  const { loss, accuracy } = epochOneMark(activation);
  const difference = epochDifference(rounded(ours), theirs);
  return verdict(difference.loss <= loss + 1e-9 && difference.accuracy <= accuracy + 1e-9, `${loss} / ${accuracy}`);
}

/** To the digits that the authors print. */
function rounded({ trainLoss, valLoss, trainAccuracy, valAccuracy }: EpochScores): EpochScores {
  return { trainLoss: Number(trainLoss.toFixed(3)), valLoss: Number(valLoss.toFixed(3)), trainAccuracy: Number(trainAccuracy.toFixed(2)), valAccuracy: Number(valAccuracy.toFixed(2)) };
}

/** Spread of the seconds per epoch, relative to their mean, up to which activations count as equally fast. */
export const SAME_SECONDS = marks.secondsPerEpoch.sameWithin;

/** The rule of `withinSpread` in words. */
const SPREAD_RULE = `the copies' range, widened by ${marks.spread.widenedBy} x its width`;

/** Whether a number lies between the lowest and the highest of the copies, widened on either side by the distance of the two. */
function withinSpread(copies: readonly number[], theirs: number): boolean {
  const [low, high] = [Math.min(...copies), Math.max(...copies)];
  const margin = marks.spread.widenedBy * (high - low);
  return theirs >= low - margin && theirs <= high + margin;
}

/**
 * Epoch 1 of the log against copies that differ by rounding alone, in all four numbers. Training amplifies rounding, so a closer
 * agreement cannot be asked for.
 */
export function judgeSpread(copies: readonly EpochScores[], theirs: EpochScores): Verdict {
  const fields = ['trainLoss', 'valLoss', 'trainAccuracy', 'valAccuracy'] as const;
  const beyond = fields.filter((field) => !withinSpread(copies.map((copy) => copy[field]), theirs[field]));
  return { passed: beyond.length === 0, text: beyond.length === 0 ? `within ${SPREAD_RULE}` : `outside ${SPREAD_RULE} in ${beyond.join(', ')}` };
}

/** A test accuracy of the paper against those of copies that differ by rounding alone. */
export function judgeAccuracySpread(copies: readonly number[], theirs: number): Verdict {
  return verdict(withinSpread(copies, theirs), SPREAD_RULE);
}
