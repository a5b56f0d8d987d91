import { UsageError } from '../../config/errors';

/** Whole numbers, rising, as ranges: `0-9,11`. */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

/** The numbers of some ranges. @throws UsageError naming `what` */
export function parseRanges(text: string, what: string): number[] {
  return text.split(',').flatMap((range) => {
    const [, first = '', last = first] = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(range) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === '' || to < from) throw new UsageError(`${what}: expected ranges such as 0-9,11, got "${text}"`);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}
