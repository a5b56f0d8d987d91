import type { Evaluation } from '../../train/evaluate';
import { scoresOf, type Scores } from '../../train/scores';

/** Standard errors by which an accuracy must exceed the share of the majority class. */
const ERRORS = 2;

/** How the tables say whether anything was learned. */
export const LEARNED_RULE = `"learned": the accuracy exceeds the share of the majority class by more than ${ERRORS} standard errors of that share; "constant": one class alone is predicted; "no better": neither.`;

/** Whether anything was learned. @param accuracy percent @param majority percent @param count sentences of the test */
export function judgeLearned(accuracy: number, majority: number, count: number, constant: boolean): 'learned' | 'constant' | 'no better' {
  if (constant) return 'constant';
  const share = majority / 100;
  return (accuracy - majority) / 100 > ERRORS * Math.sqrt((share * (1 - share)) / count) ? 'learned' : 'no better';
}

/** Scores of an evaluation that kept its counts. */
export function scored({ confusion = [] }: Pick<Evaluation, 'confusion'>): Scores & { readonly count: number; readonly constant: boolean } {
  const scores = scoresOf(confusion, Math.sqrt(confusion.length));
  return { ...scores, count: confusion.reduce((sum, value) => sum + value, 0), constant: scores.predicted.filter((value) => value > 0).length === 1 };
}
