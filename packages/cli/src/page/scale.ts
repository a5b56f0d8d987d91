/** A mark of an axis. */
export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** Maps values to a stretch of the page. */
export interface Scale {
  readonly ticks: readonly Tick[];
  /** @returns undefined where the scale has no place for a value */
  at(value: number): number | undefined;
}

/** Beyond it sums and differences of two values would not be finite. */
const LARGEST = 1e300;

/** Numbers of an axis in as few characters as they need. */
export function tickText(value: number): string {
  const [size, rounded] = [Math.abs(value), Number(value.toPrecision(6))];
  return size !== 0 && (size >= 1e5 || size < 1e-3) ? rounded.toExponential().replace('e+', 'e') : String(rounded);
}

/** Steps of 1, 2 or 5 times a power of ten, so many that about `count` lie between two values. */
export function stepOf(low: number, high: number, count: number): number {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const times = rough / power;
  return power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
}

/**
 * A linear scale over all `values`.
 * @param from where the lowest lies on the page, `to` where the highest
 * @param whole whether ticks are whole numbers
 */
export function linear(values: Iterable<number>, from: number, to: number, count: number, whole = false): Scale {
  let [low, high] = range(values, (value) => Math.abs(value) <= LARGEST);
  if (low === high) {
    const margin = Math.max(whole ? 1 : 0, Math.abs(low) * (whole ? 1e-6 : 0.05)) || 1;
    low -= margin;
    high += margin;
  }
  const step = whole ? Math.max(1, stepOf(low, high, count)) : stepOf(low, high, count);
  const ticks: Tick[] = [];
  const first = Math.ceil(low / step);
  // By number: of values that differ in their last digits alone a sum of one may change nothing, and a product lie beyond.
  for (let k = 0; k <= 4 * count; k++) {
    const value = (first + k) * step;
    if (value > high) break;
    if (value >= low) ticks.push({ value, text: tickText(value) });
  }
  return { ticks, at: (value) => (Math.abs(value) <= LARGEST ? from + ((value - low) / (high - low)) * (to - from) : undefined) };
}

/** The same by the logarithm; what is not positive has no place. */
export function logarithmic(values: Iterable<number>, from: number, to: number, count: number): Scale {
  const [low, high] = range(values, (value) => value > 0).map(Math.log10) as [number, number];
  const { at } = linear([low, high], from, to, count);
  // Several ticks to a power of ten where there are few powers.
  const times = high - low < 1.2 ? [1, 2, 3, 5, 7] : high - low < 3 ? [1, 3] : [1];
  const every = Math.max(1, Math.ceil((high - low) / count));
  const ticks: Tick[] = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    if (power % every !== 0) continue;
    for (const factor of times) {
      const value = factor * 10 ** power;
      if (Math.log10(value) >= low - 1e-9 && Math.log10(value) <= high + 1e-9) ticks.push({ value, text: tickText(value) });
    }
  }
  return { ticks, at: (value) => (value > 0 ? at(Math.log10(value)) : undefined) };
}

function range(values: Iterable<number>, usable: (value: number) => boolean): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!usable(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [1, 1];
}
