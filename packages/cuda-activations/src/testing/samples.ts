/** A small generator with a seed, so that a failure repeats (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Normally distributed float32 values. */
export function normal(count: number, seed: number, deviation = 1): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length: count }, () => deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));
}

const subnormal = 2 ** -140;

/** Values where kernels go wrong: zeros, infinities, NaN, subnormals, saturated tails, and both neighbours of each kink. */
export function specials(kinks: readonly number[] = []): number[] {
  const near = kinks.flatMap((kink) => [kink, kink + 2 ** -20, kink - 2 ** -20]);
  return [0, -0, Infinity, -Infinity, NaN, subnormal, -subnormal, 1e-30, -1e-30, 1e-8, -1e-8, 88, -88, 104, -104, 150, -150, 1e10, -1e10, 3e38, -3e38, ...near];
}

/** Specials, a grid over the curved part, and random floats of every magnitude. */
export function samples(kinks: readonly number[] = [], seed = 1): Float32Array {
  const next = random(seed);
  const grid = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 100);
  const anywhere = Array.from({ length: 2000 }, () => (next() < 0.5 ? -1 : 1) * 2 ** (next() * 60 - 40));
  return Float32Array.from([...specials(kinks), ...grid, ...anywhere]);
}
