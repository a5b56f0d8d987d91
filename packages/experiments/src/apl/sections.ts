import { fixed, signed } from '../report/numbers';
import type { Content } from '../report/pages';
import type { Figure } from '../report/figures';

export const chart = (figure: Figure): Content => ({ kind: 'chart', figure });
export const heading = (text: string): Content => ({ kind: 'heading', text });
export const subheading = (text: string): Content => ({ kind: 'subheading', text });
export const paragraph = (text: string): Content => ({ kind: 'paragraph', text });

/** The paper's number, ours, and the difference. */
export const compared = (paper: number | undefined, ours: number | undefined, digits: number): string[] => [
  fixed(paper, digits),
  fixed(ours, digits),
  signed(paper === undefined || ours === undefined ? undefined : ours - paper, digits),
];
