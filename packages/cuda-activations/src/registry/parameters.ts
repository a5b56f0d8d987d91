import { describe } from './describe';
import { nearestName, suggestion } from './nearest';
import type { ActivationInfo, ParameterInfo } from './types';

/** `negative_slope` as `negativeSlope`, the spelling of options. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Names of an activation's parameters as options and in the table, made once. */
interface ParameterNames {
  readonly options: readonly string[];
  readonly known: ReadonlySet<string>;
}

const parameterNames = new WeakMap<ActivationInfo, ParameterNames>();

function namesOf(info: ActivationInfo): ParameterNames {
  let names = parameterNames.get(info);
  if (!names) {
    const options = info.parameters.map((parameter) => camelCase(parameter.name));
    names = { options, known: new Set([...options, ...info.parameters.map((parameter) => parameter.name)]) };
    parameterNames.set(info, names);
  }
  return names;
}

/**
 * Values of an activation's parameters in table order.
 * @param given by option name (camelCase) or table name; what is missing or undefined takes its default
 * @param ignored option names that belong to the caller
 * @throws an Error naming the unknown parameter, or the parameter, its range and the value that came
 */
export function settleParameters(info: ActivationInfo, given: Readonly<Record<string, unknown>>, ignored?: ReadonlySet<string>): readonly number[] {
  const { options, known } = namesOf(info);
  for (const key in given) {
    if (ignored?.has(key) || known.has(key)) continue;
    throw new Error(
      `${info.name}: unknown parameter ${describe(key)}${suggestion(nearestName(key, options))} ${options.length > 0 ? `Known: ${options.join(', ')}` : 'It has none.'}`,
    );
  }
  return info.parameters.map((parameter, i) => {
    const option = given[options[i] ?? ''];
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
