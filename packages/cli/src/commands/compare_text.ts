import { fixed, probability, show, signed, textTable } from '@cuda-activations/experiments';
import type { ActivationComparison, FunctionComparison } from './compare_activations';
import type { RunComparison } from './compare_runs';

const number = (value: number): string => String(Number(value.toPrecision(4)));

/** Two functions in words. */
export function functionText(functions: FunctionComparison | null): string {
  if (functions === null) return 'not both functions of x alone: only runs can be compared';
  const { a, b, range, value, derivative } = functions;
  const rows = Object.entries({ value, derivative }).map(([what, { largest, at, mean }]) => [what, number(largest), number(at), number(mean)]);
  return `${a} and ${b} on [${range.join(', ')}]\n${textTable({ header: ['', 'largest difference', 'at x', 'mean'], rows })}`;
}

/** Two activations over their runs. */
export function activationText(groups: readonly ActivationComparison[], metric: string, runsDir: string): string {
  if (groups.length === 0) return `${runsDir} holds no finished runs of both that differ in nothing but activation, seed and learning rate`;
  const rows = groups.map(({ group, seeds, a, b, comparison }) => [
    group,
    `${fixed(a.mean, 4)} ± ${fixed(a.deviation, 4)} (${a.count})`,
    `${fixed(b.mean, 4)} ± ${fixed(b.deviation, 4)} (${b.count})`,
    String(seeds.length),
    signed(comparison?.difference, 4),
    comparison?.interval ? comparison.interval.map((bound) => signed(bound, 4)).join(' to ') : '-',
    probability(comparison?.p ?? null),
  ]);
  return `${metric}, paired by seed; an interval that holds 0 says that a difference was not shown, not that there is none\n${textTable({ header: ['runs', 'a: mean ± sd (runs)', 'b', 'shared seeds', 'a - b', '95 % interval', 'p'], rows })}`;
}

/** Two runs side by side. */
export function runText({ a, b, configuration, result, epochs }: RunComparison): string {
  const cell = (value: unknown) => (typeof value === 'number' ? number(value) : show(value));
  return [
    `a: ${a}\nb: ${b}`,
    configuration.length === 0 ? 'the same configuration' : textTable({ header: ['configuration', 'a', 'b'], rows: configuration.map((entry) => [entry.name, cell(entry.a), cell(entry.b)]) }),
    result.length === 0
      ? 'neither is finished'
      : textTable({ header: ['result', 'a', 'b', 'a - b'], rows: result.map((entry) => [entry.name, cell(entry.a), cell(entry.b), typeof entry.a === 'number' && typeof entry.b === 'number' ? number(entry.a - entry.b) : '']) }),
    ...(epochs.length === 0 ? [] : [textTable({ header: ['by epoch', 'epochs', 'a lower', 'b lower', 'mean a - b'], rows: epochs.map((entry) => [entry.metric, String(entry.compared), String(entry.aLower), String(entry.bLower), number(entry.meanDifference)]) })]),
  ].join('\n\n');
}
