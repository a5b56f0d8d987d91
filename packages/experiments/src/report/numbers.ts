/** A number with a fixed number of digits; `-` where there is none. */
export function fixed(value: number | null | undefined, digits: number): string {
  return value === undefined || value === null || !Number.isFinite(value) ? '-' : value.toFixed(digits);
}

/** The same with its sign. */
export function signed(value: number | null | undefined, digits: number): string {
  const text = fixed(value, digits);
  return text === '-' || text.startsWith('-') ? text : `+${text}`;
}

/** A p value: three digits, and `<0.001` below. */
export function probability(p: number | null): string {
  return p === null ? '-' : p < 0.001 ? '<0.001' : p.toFixed(3);
}
