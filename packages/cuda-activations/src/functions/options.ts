import { describe } from '../registry/describe';
import { nearestName, suggestion } from '../registry/nearest';

/** @throws a TypeError where options are no object, an Error where one is not of those known */
export function onlyKnown(name: string, options: Readonly<Record<string, unknown>> | undefined, known: readonly string[]): void {
  if (options !== undefined && (typeof options !== 'object' || (options as unknown) === null)) throw new TypeError(`${name}: options must be an object, got ${describe(options)}`);
  for (const key in options) {
    if (known.includes(key)) continue;
    const near = nearestName(key, known);
    throw new Error(`${name}: unknown option ${describe(key)}${suggestion(near)} Known: ${known.join(', ')}`);
  }
}

/** @throws a RangeError where a given option is no whole number of at least 1 */
export function positiveInteger(name: string, value: unknown, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`${name} must be a whole number of at least 1, got ${describe(value)}`);
}
