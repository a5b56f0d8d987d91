import { z } from 'zod';

/** The options of an experiment: one flat object, each field with a default and a description. */
export type OptionsSchema = z.ZodObject<z.ZodRawShape>;

/** One option, as its schema describes it. */
export interface Field {
  readonly name: string;
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array';
  readonly description: string;
  readonly default: unknown;
  /** Whether the items of a list are numbers. */
  readonly numeric: boolean;
  /** The values that it (or each item of it) may take, where they are listed. */
  readonly values: readonly string[] | undefined;
  readonly minimum: number | undefined;
  /** Exclusive minimum. */
  readonly above: number | undefined;
  readonly maximum: number | undefined;
  readonly nullable: boolean;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

const known = new WeakMap<OptionsSchema, readonly Field[]>();

/** The fields of a schema in the order of its definition. */
export function fieldsOf(schema: OptionsSchema): readonly Field[] {
  const fields = known.get(schema) ?? describeFields(schema);
  known.set(schema, fields);
  return fields;
}

function describeFields(schema: OptionsSchema): readonly Field[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, JsonSchema> };
  return Object.entries(properties).map(([name, property]) => {
    // A nullable field is written either way, depending on what else it says.
    const alternatives = property.anyOf ?? [property];
    const types = alternatives.flatMap(({ type }) => type ?? 'string');
    const nullable = types.includes('null');
    const value = alternatives.find(({ type }) => type !== 'null') ?? property;
    return {
      name,
      type: (types.find((type) => type !== 'null') ?? 'string') as Field['type'],
      description: property.description ?? '',
      default: property.default,
      numeric: ['number', 'integer'].includes(String(value.items?.type)),
      values: (value.items ?? value).enum?.map(String),
      minimum: value.minimum,
      above: value.exclusiveMinimum,
      maximum: value.maximum === Number.MAX_SAFE_INTEGER ? undefined : value.maximum,
      nullable,
    };
  });
}

/** A value as the command line takes it. */
export function show(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.map(show).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What a field accepts, in words. */
export function expectation(field: Field): string {
  const range =
    field.minimum !== undefined && field.maximum !== undefined
      ? ` from ${field.minimum} to ${field.maximum}`
      : field.minimum !== undefined
        ? ` of at least ${field.minimum}`
        : field.above !== undefined
          ? ` above ${field.above}`
          : '';
  const kind = {
    string: field.values ? `one of ${field.values.join(', ')}` : 'text',
    number: `a number${range}`,
    integer: `an integer${range}`,
    boolean: 'true or false',
    array: field.values ? `a comma-separated list of ${field.values.join(', ')}` : `a comma-separated list${field.numeric ? ' of numbers' : ''}`,
  }[field.type];
  return field.nullable ? `${kind}, or none` : kind;
}

/**
 * The value of an option as typed on the command line, by the type of its field.
 * Text that does not fit comes back unchanged, for the schema to reject.
 */
export function fromText(field: Field, text: string): unknown {
  if (field.nullable && text === 'none') return null;
  switch (field.type) {
    case 'number':
    case 'integer':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map((item) => (field.numeric && Number.isFinite(Number(item)) ? Number(item) : item));
    case 'string':
      return text;
  }
}
