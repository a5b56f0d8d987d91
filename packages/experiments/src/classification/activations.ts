import { listActivations, resolveActivation, type ActivationFamily, type ActivationSpec } from 'cuda-activations';
import { messageOf, UsageError } from '../config/errors';

/** Families that the networks for images take. */
const FAMILIES: readonly ActivationFamily[] = ['pointwise', 'perChannel'];

/** The paper's parameters, where they are not this project's defaults; they hold for every experiment and mode. */
const PAPER_PARAMETERS: Readonly<Record<string, Readonly<Record<string, number>>>> = { leaky_relu: { negative_slope: 0.01 } };

/** An activation as an experiment takes it. */
export interface ExperimentActivation {
  /** Its name, followed by the parameters that are not the experiment's defaults: `relu`, `elu:alpha=0.5`. */
  readonly label: string;
  readonly spec: ActivationSpec;
  /** Every parameter by name, for the identity of a run; of APL's hinges only a number that is not the default. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Hinges of APL. */
  readonly segments?: number;
}

/** The layer's default number of hinges, which is the paper's main one. */
export const DEFAULT_SEGMENTS = 5;

/**
 * Reads an activation: a name or alias of the registry, and parameters (`leaky_relu:negative_slope=0.2:...`). `leaky_relu` alone
 * has the paper's slope of 0.01; `apl` takes its number of hinges (`apl:segments=2`).
 *
 * @param families that the network takes
 * @throws UsageError naming the unknown activation or parameter, or the value out of its range
 */
export function parseActivation(text: string, families = FAMILIES): ExperimentActivation {
  try {
    const { typed, given } = activationSettings(text);
    const { name } = resolveActivation(typed, families);
    const defaults = { ...resolveActivation(name).parameters, ...PAPER_PARAMETERS[name] };
    if (name === 'apl') return aplWith(given);
    const { parameters } = resolveActivation({ name, ...PAPER_PARAMETERS[name], ...given }, families);
    const changed = Object.entries(parameters).filter(([key, value]) => value !== defaults[key]);
    return { label: [name, ...changed.map(([key, value]) => `${key}=${value}`)].join(':'), spec: { name, ...parameters } as ActivationSpec, parameters };
  } catch (error) {
    throw new UsageError(`activations: ${messageOf(error)}`);
  }
}

function aplWith({ segments = DEFAULT_SEGMENTS, ...others }: Readonly<Record<string, number>>): ExperimentActivation {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`apl: unknown parameter "${unknown}"; it has segments`);
  if (!Number.isInteger(segments) || segments < 1) throw new Error(`apl: segments must be a whole number of at least 1, got ${segments}`);
  const usual = segments === DEFAULT_SEGMENTS;
  return { label: usual ? 'apl' : `apl:segments=${segments}`, spec: { name: 'apl' }, parameters: usual ? {} : { segments }, segments };
}

/** The parts of `name:parameter=value:...`, as typed. */
export function activationSettings(text: string): { readonly typed: string; readonly given: Readonly<Record<string, number>> } {
  const [typed = '', ...settings] = text.split(':');
  return { typed, given: Object.fromEntries(settings.map((setting) => parameterOf(setting))) };
}

function parameterOf(setting: string): [name: string, value: number] {
  const [name = '', value = ''] = setting.split('=');
  if (name === '' || value === '') throw new Error(`expected name:parameter=value, got ":${setting}"`);
  return [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), Number(value)];
}

/** Whether TensorFlow.js's own ops can compute an activation, to time against: learned ones have no such form. */
export function hasStockForm(label: string): boolean {
  const { name } = parseActivation(label).spec as { name: string };
  return listActivations('pointwise').some((info) => info.name === name);
}
