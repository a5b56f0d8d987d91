import { describe } from './describe';
import { nearestName, suggestion } from './nearest';
import type { ActivationInfo, ParameterInfo } from './types';

/** `negative_slope` as `negativeSlope`, the spelling of options. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Values of an activation's parameters in table order.
 * @param given by option name (camelCase) or table name; what is missing or undefined takes its default
 * @param ignored option names that belong to the caller
 * @throws an Error naming the unknown parameter, or the parameter, its range and the value that came
 */
export function settleParameters(info: ActivationInfo, given: Readonly<Record<string, unknown>>, ignored?: ReadonlySet<string>): readonly number[] {
  for (const key in given) {
    if (ignored?.has(key) || info.parameters.some((parameter) => key === parameter.name || key === camelCase(parameter.name))) continue;
    const names = info.parameters.map((parameter) => camelCase(parameter.name));
    const near = nearestName(key, names);
    throw new Error(
      `${info.name}: unknown parameter ${describe(key)}${suggestion(near)} ${names.length > 0 ? `Known: ${names.join(', ')}` : 'It has none.'}`,
    );
  }
  return info.parameters.map((parameter) => {
    const option = given[camelCase(parameter.name)];
    return settle(info, parameter, option === undefined ? given[parameter.name] : option);
  });
}

function settle(info: ActivationInfo, parameter: ParameterInfo, value: unknown): number {
  if (value === undefined) return parameter.default;
  const { min, max } = parameter;
  if (typeof value === 'number' && Number.isFinite(value) && (min === null || value >= min) && (max === null || value <= max)) return value;
  const range = min === null && max === null ? 'a finite number' : `a number in [${String(min ?? '-inf')}, ${String(max ?? 'inf')}]`;
  throw new Error(`${info.name}: parameter ${camelCase(parameter.name)} must be ${range}, got ${describe(value)}`);
}
