/** A value as an error message shows it: short, and with its type where the text alone would mislead. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' || value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${String(value.length)}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${String((value as Partial<Uint8Array>).length ?? value.byteLength)}`;
  if (typeof value === 'function') return `function ${value.name}`.trim();
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== 'Object' ? `a ${name}` : 'an object';
}
