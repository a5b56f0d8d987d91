/** @throws RangeError naming the argument where the value is no integer of at least 1 */
export function positiveInteger(name: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) throw new RangeError(`${name}: expected an integer of at least 1, got ${String(value)}`);
}

/** @throws RangeError naming the argument and listing the valid values where the value is none of them */
export function oneOf<T extends string>(name: string, value: unknown, valid: readonly T[]): asserts value is T {
  if (!valid.includes(value as T)) throw new RangeError(`${name}: expected one of ${valid.join(', ')}, got ${JSON.stringify(value)}`);
}
