import { createHash } from 'node:crypto';

/** JSON with the keys of every object in order, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

/**
 * The name of a run's folder: what it is, for people, and a hash of everything that its numbers depend on, so that the same run
 * is found again and another one never takes its place.
 */
export function runId(parts: readonly string[], identity: unknown): string {
  const hash = createHash('sha256').update(canonicalJson(identity)).digest('hex').slice(0, 10);
  return [...parts, hash].join('-').replace(/[^A-Za-z0-9_.-]/g, '_');
}
