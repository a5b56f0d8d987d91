import marks from './pass_marks.json';
import type { Verdict } from './pass_marks';

/** The rule, stated before any run. */
export const APL_MARKS_SOURCE = marks.aplCurve.source;

/** A curve of test accuracies (percent) against the authors', epoch by epoch, as far as both go. */
export function judgeAplCurve(ours: readonly number[], theirs: readonly number[]): Verdict {
  const { meanWithin, lastWithin } = marks.aplCurve;
  const count = Math.min(ours.length, theirs.length);
  const differences = Array.from({ length: count }, (_, i) => (ours[i] ?? NaN) - (theirs[i] ?? NaN));
  const mean = differences.reduce((sum, difference) => sum + Math.abs(difference), 0) / count;
  const last = differences.at(-1) ?? NaN;
  const passed = mean <= meanWithin && Math.abs(last) <= lastWithin;
  return { passed, text: `${passed ? 'within' : 'outside'} ±${meanWithin} on average (${mean.toFixed(1)}) and ±${lastWithin} at the end` };
}

/** An accuracy (percent) against one read from a figure. */
export function judgeDepth(ours: number, theirs: number): Verdict {
  const { depthWithin } = marks.aplCurve;
  const passed = Math.abs(ours - theirs) <= depthWithin;
  return { passed, text: `${passed ? 'within' : 'outside'} ±${depthWithin}` };
}
