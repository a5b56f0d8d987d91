import { gated, perChannel, pointwise, type PointwiseName, rowwise } from '../generated/activations';
import { describe } from './describe';
import { nearestName, suggestion } from './nearest';
import { camelCase, settleParameters } from './parameters';
import type { ActivationFamily, ActivationInfo, ActivationName, ActivationSpec, ResolvedActivation } from './types';

const rows: readonly ActivationInfo[] = [...Object.values(pointwise), ...Object.values(gated), ...Object.values(perChannel), ...Object.values(rowwise)];

/** Every spelling that names an activation: table name, aliases, and the camelCase of each. */
const byName = new Map<string, ActivationInfo>();
for (const row of rows) for (const name of [row.name, ...row.aliases]) byName.set(name, row).set(camelCase(name), row);

/**
 * The activation table: name, aliases, parameters, formula, derivative and source of each.
 * @param family only those of one family
 */
export function listActivations(family?: ActivationFamily): readonly ActivationInfo[] {
  return family === undefined ? rows : rows.filter((row) => row.family === family);
}

/**
 * Looks an activation up by name or alias (`leaky_relu`, `leakyRelu`, `lrelu`).
 * @param families those that the caller can use; default all
 * @throws an Error that names the nearest activation and lists the valid ones
 */
export function findActivation(name: unknown, families: readonly ActivationFamily[] = ['pointwise', 'gated', 'perChannel', 'rowwise']): ActivationInfo {
  const row = typeof name === 'string' ? byName.get(name) : undefined;
  if (row && families.includes(row.family)) return row;
  const valid = rows.filter((candidate) => families.includes(candidate.family)).map((candidate) => candidate.name);
  if (row) throw new Error(`activation: ${row.name} is of family ${row.family}, expected ${families.join(' or ')}: one of ${valid.join(', ')}`);
  const near = typeof name === 'string' ? nearestName(name, [...byName].filter(([, r]) => families.includes(r.family)).map(([n]) => n)) : undefined;
  throw new Error(`activation: unknown name ${describe(name)}${suggestion(near)} Known: ${valid.join(', ')}`);
}

/**
 * Settles an activation and its parameters.
 * @param spec a name, or an object of `name` and parameters
 * @throws an Error naming the unknown activation or parameter, or the value out of its range
 */
export function resolveActivation(
  spec: ActivationSpec | string | { readonly name: string; readonly [parameter: string]: unknown },
  families?: readonly ActivationFamily[],
): ResolvedActivation {
  if (typeof spec === 'string') return withDefaults(findActivation(spec, families));
  if (typeof spec !== 'object' || (spec as unknown) === null || !('name' in spec))
    throw new Error(`activation: expected a name or an object with a name, got ${describe(spec)}`);
  const { name, ...parameters } = spec;
  return settle(findActivation(name, families), parameters);
}

const settledDefaults = new Map<string, ResolvedActivation>();

function withDefaults(info: ActivationInfo): ResolvedActivation {
  let settled = settledDefaults.get(info.name);
  if (!settled) settledDefaults.set(info.name, (settled = settle(info, {})));
  return settled;
}

function settle(info: ActivationInfo, given: Readonly<Record<string, unknown>>): ResolvedActivation {
  const values = settleParameters(info, given);
  const parameters = Object.fromEntries(info.parameters.map((parameter, i) => [parameter.name, values[i] ?? parameter.default]));
  return { info, name: info.name, parameters, values };
}

/** Whether a name of the table is a pointwise activation. */
export function isPointwise(name: ActivationName): name is PointwiseName {
  return name in pointwise;
}
