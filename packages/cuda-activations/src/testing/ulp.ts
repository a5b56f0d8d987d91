const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** Float32 values on a line of whole numbers, neighbours 1 apart and both zeros at 0. */
function rank(x: number): number {
  float[0] = x;
  const pattern = bits[0] ?? 0;
  return pattern < 0 ? -(pattern & 0x7fffffff) : pattern;
}

/** Distance of a float32 result from the exact value in units in the last place; NaN agrees with NaN alone, infinities with what rounds to them. */
export function ulpDistance(actual: number, exact: number): number {
  if (Number.isNaN(exact) || Number.isNaN(actual)) return Number.isNaN(exact) && Number.isNaN(actual) ? 0 : Infinity;
  const rounded = Math.fround(exact);
  if (Object.is(rounded, actual)) return 0;
  if (!Number.isFinite(rounded) || !Number.isFinite(actual)) return Math.abs(rank(actual) - rank(rounded)) <= 1 ? 1 : Infinity;
  // Below the normal range the stated errors do not hold; what arrives there keeps its size to 2^-144.
  if (Math.abs(exact) < 2 ** -126 && Math.abs(actual) < 2 ** -126) return Math.abs(actual - exact) / 2 ** -144;
  // The fraction matters where the result is 1 or 2 apart: measured in the unit at the exact value.
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(exact))), -126);
  return Math.abs(actual - exact) / 2 ** (exponent - 23);
}

/** The same in units of at least those at 1/8: for sums whose terms cancel where the result crosses zero. */
export function ulpDistanceAtRoot(actual: number, exact: number): number {
  const distance = ulpDistance(actual, exact);
  return Number.isFinite(distance) && distance > 0 ? Math.min(distance, Math.abs(actual - exact) / 2 ** -26) : distance;
}

/** The float16 or bfloat16 value of a bit pattern. */
export function fromBits(pattern: number, dtype: 'float16' | 'bfloat16'): number {
  if (dtype === 'bfloat16') {
    bits[0] = pattern << 16;
    return float[0] ?? 0;
  }
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >> 10) & 0x1f;
  const fraction = pattern & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Distance of a 16-bit result from the exact value in units in the last place of its format. */
export function ulpDistance16(pattern: number, exact: number, dtype: 'float16' | 'bfloat16'): number {
  const actual = fromBits(pattern, dtype);
  if (Number.isNaN(exact) || Number.isNaN(actual)) return Number.isNaN(exact) && Number.isNaN(actual) ? 0 : Infinity;
  const [digits, least, largest] = dtype === 'float16' ? [10, -14, 65504] : [7, -126, 3.3895313892515355e38];
  const clipped = Math.min(Math.max(exact, -largest), largest);
  if (!Number.isFinite(actual)) return Math.abs(exact) > largest * (1 - 2 ** -(digits + 2)) && Math.sign(exact) === Math.sign(actual) ? 0 : Infinity;
  if (exact === 0) return actual === 0 ? 0 : Infinity;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(clipped))), least);
  return Math.abs(actual - clipped) / 2 ** (exponent - digits);
}
