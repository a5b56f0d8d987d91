import { listActivations, type ActivationInfo } from 'cuda-activations';

/** Families of the activation table, with what their members take. */
export const FAMILIES = ['pointwise', 'gated', 'perChannel'] as const;
/** A family of the activation table. */
export type Family = (typeof FAMILIES)[number];

/** The activation table for a terminal: name, parameters with defaults, formula, other names. */
export function listText(family?: Family): string {
  const rows = listActivations(family);
  const heads = rows.map(head);
  const width = Math.max(...heads.map((text) => text.length));
  return rows
    .map((row, i) => `${(heads[i] ?? '').padEnd(width)}  ${row.formula}${row.aliases.length > 0 ? `  (also ${row.aliases.join(', ')})` : ''}`)
    .join('\n');
}

/** The table as JSON, every column. */
export function listJson(family?: Family): string {
  return JSON.stringify(listActivations(family), null, 2);
}

function head({ name, parameters }: ActivationInfo): string {
  return parameters.length === 0 ? name : `${name}(${parameters.map((parameter) => `${parameter.name}=${parameter.default}`).join(', ')})`;
}
