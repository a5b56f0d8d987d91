import type { Table } from '../report/table';
import type { Evidence } from './evidence';

/** What the runs say about a claim, by the claim's rule. */
export type Outcome = 'holds' | 'holds in part' | 'does not hold' | 'not run';

/** A finding: the outcome and the rows it follows from. */
export interface Finding {
  readonly outcome: Outcome;
  /** What the rows come to, in a sentence. */
  readonly summary: string;
  readonly evidence: readonly (Table & { readonly title?: string })[];
}

/** Something that the paper says or shows about the CNN or ResNet-50. */
export interface Claim {
  readonly id: string;
  /** What the paper says. */
  readonly claim: string;
  /** What its code or its logs say about that; null where nothing more is known. */
  readonly background: string | null;
  /** How the outcome follows from the runs. */
  readonly rule: string;
  readonly judge: (evidence: Evidence) => Finding;
}

/** The finding of a claim that no finished run bears on. */
export const NOT_RUN: Finding = { outcome: 'not run', summary: 'No finished run bears on this.', evidence: [] };

/** The outcome of several yes-or-no answers; `null` is one that could not be given. */
export function outcomeOf(answers: readonly (boolean | null)[]): Outcome {
  const given = answers.filter((answer) => answer !== null);
  if (given.length === 0) return 'not run';
  if (given.every(Boolean)) return given.length === answers.length ? 'holds' : 'holds in part';
  return given.some(Boolean) ? 'holds in part' : 'does not hold';
}

/** Heading of what copies of some runs show. */
export const COPIES_TITLE = 'copies moved by rounding';

/** What copies say about runs outside a mark, which changes no outcome: they were trained after those runs were known. */
export function amongCopies(outside: number, among: number): string {
  return outside > 0 ? ` Of the other ${outside}, ${among === outside ? 'all lie' : `${among} lie`} within what rounding makes of them, by copies trained afterwards.` : '';
}
