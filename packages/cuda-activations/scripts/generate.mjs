// Writes native/generated/*.inc and src/generated/activations.ts from activations.json, the one activation table.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const table = JSON.parse(readFileSync(join(root, 'activations.json'), 'utf8'));
const maximumParameters = 2;

const pascal = (name) => name.split('_').map((word) => word[0].toUpperCase() + word.slice(1)).join('');
const quote = (text) => JSON.stringify(text);
const list = (values) => `[${values.join(', ')}]`;

/** Throws where a row of the table would generate wrong code. */
function check() {
  const seen = new Map();
  for (const row of [...table.pointwise, ...table.gated, ...table.perChannel, ...table.rowwise]) {
    for (const name of [row.name, ...row.aliases]) {
      if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`activations.json: name ${quote(name)} is not lower_snake_case`);
      if (seen.has(name)) throw new Error(`activations.json: ${quote(name)} names both ${seen.get(name)} and ${row.name}`);
      seen.set(name, row.name);
    }
    if (row.parameters.length > maximumParameters) throw new Error(`activations.json: ${row.name} has more than ${maximumParameters} parameters`);
    for (const { name, default: value, min, max } of row.parameters) {
      if (!Number.isFinite(value) || (min !== null && value < min) || (max !== null && value > max))
        throw new Error(`activations.json: default ${value} of ${row.name}.${name} lies outside [${min}, ${max}]`);
    }
  }
  for (const row of table.gated)
    if (!table.pointwise.some(({ name }) => name === row.gate)) throw new Error(`activations.json: gate ${quote(row.gate)} of ${row.name} is no pointwise activation`);
}

const bound = (value, fallback) => (value === null ? fallback : String(value));
const cppNames = (row) => `{${[row.name, ...row.aliases].map(quote).join(', ')}}`;
const cppParameters = (row) =>
  `{${row.parameters.map((p) => `{${quote(p.name)}, ${p.default}, ${bound(p.min, '-kNoBound')}, ${bound(p.max, 'kNoBound')}}`).join(', ')}}`;
const cppDefaults = (gate) => {
  const { parameters } = table.pointwise.find(({ name }) => name === gate);
  return Array.from({ length: maximumParameters }, (_, i) => parameters[i]?.default ?? 0).join(', ');
};
const cppEpsilons = ({ forward, backward }) => `{${forward}, ${backward}}`;
const cppUlp = ({ forward, backward, fromOutput }) => `{${forward}, ${backward}, ${fromOutput ?? -1}}`;

function nativeFiles() {
  const { pointwise, gated, perChannel, rowwise } = table;
  return {
    'pointwise_ids.inc': pointwise.map((row, id) => `k${pascal(row.name)} = ${id},`),
    'pointwise_headers.inc': pointwise.map((row) => `#include "../math/${row.name}.h"`),
    'pointwise_functors.inc': pointwise.map((row) => `CA_POINTWISE(${pascal(row.name)}, ${row.fromOutput ? 1 : 0})`),
    'pointwise_table.inc': pointwise.map(
      (row) => `{PointwiseId::k${pascal(row.name)}, ${cppNames(row)}, ${row.parameters.length}, ${cppParameters(row)}, ${row.fromOutput !== null}, ${cppUlp(row.ulp)}},`,
    ),
    'gated_ids.inc': gated.map((row, id) => `k${pascal(row.name)} = ${id},`),
    'gated_functors.inc': gated.map((row) => `CA_GATED(${pascal(row.name)}, ${pascal(row.gate)}, ${cppDefaults(row.gate)})`),
    'gated_table.inc': gated.map((row) => `{GatedId::k${pascal(row.name)}, ${cppNames(row)}, PointwiseId::k${pascal(row.gate)}},`),
    'rowwise_ids.inc': rowwise.map((row, id) => `k${pascal(row.name)} = ${id},`),
    'rowwise_headers.inc': rowwise.map((row) => `#include "../math/${row.name}.h"`),
    'rowwise_functors.inc': rowwise.map((row) => `CA_ROWWISE(${pascal(row.name)})`),
    'rowwise_table.inc': rowwise.map((row) => `{RowwiseId::k${pascal(row.name)}, ${cppNames(row)}, ${cppEpsilons(row.epsilons)}},`),
    'per_channel_names.inc': perChannel.map((row) => `${cppNames(row)},`),
  };
}

function typescript() {
  const { pointwise, gated, perChannel, rowwise } = table;
  const all = [...pointwise, ...gated, ...perChannel, ...rowwise];
  const object = (rows) => `{\n${rows.map((row) => `  ${row.name}: ${JSON.stringify(row)},`).join('\n')}\n}`;
  const ids = (rows) => `{ ${rows.map((row, id) => `${row.name}: ${id}`).join(', ')} }`;
  const parameters = pointwise
    .map((row) => `  ${row.name}: { ${row.parameters.map((p) => `/** ${p.description} (default ${p.default}) */ readonly ${p.name}?: number`).join('; ')} };`)
    .join('\n');
  return `${[
    '/** Pointwise activations by name. */',
    `export const pointwise = ${object(pointwise)} as const;`,
    '/** Gated linear units by name; `gate` names the pointwise function of the second half. */',
    `export const gated = ${object(gated)} as const;`,
    '/** Activations with parameters learned per channel, by name. */',
    `export const perChannel = ${object(perChannel)} as const;`,
    '/** Functions of a whole row, by name. */',
    `export const rowwise = ${object(rowwise)} as const;`,
    '',
    'export type PointwiseName = keyof typeof pointwise;',
    'export type GatedName = keyof typeof gated;',
    'export type PerChannelName = keyof typeof perChannel;',
    'export type RowwiseName = keyof typeof rowwise;',
    `/** Other names that stand for an activation. */`,
    `export const aliases = { ${all.flatMap((row) => row.aliases.map((alias) => `${alias}: '${row.name}'`)).join(', ')} } as const;`,
    'export type ActivationAlias = keyof typeof aliases;',
    '',
    '/** Scalar parameters of each pointwise activation; a missing one takes its default. */',
    `export interface PointwiseParameters {\n${parameters}\n}`,
    '',
    '/** Names of those whose derivative is a function of their output. */',
    `export const fromOutputNames = ${list(pointwise.filter((row) => row.fromOutput).map((row) => `'${row.name}'`))} as const;`,
    'export type FromOutputName = (typeof fromOutputNames)[number];',
    '',
    '/** Numbers of the pointwise activations in the native code. */',
    `export const pointwiseIds = ${ids(pointwise)} as const satisfies Record<PointwiseName, number>;`,
    '/** Numbers of the gated activations in the native code. */',
    `export const gatedIds = ${ids(gated)} as const satisfies Record<GatedName, number>;`,
    '/** Numbers of the row-wise activations in the native code. */',
    `export const rowwiseIds = ${ids(rowwise)} as const satisfies Record<RowwiseName, number>;`,
    '/** Numbers of the element types in the native code. */',
    'export const dtypeIds = { float32: 0, float16: 1, bfloat16: 2, float64: 3 } as const;',
    'export type KernelDType = keyof typeof dtypeIds;',
  ].join('\n')}\n`;
}

/** One exported function of the TypeScript API for each pointwise, gated and row-wise row; the file is their only list. */
function functions() {
  const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  const doc = (row) => `/** y = ${row.formula}. ${row.source}. */`;
  const line = (row, make) => `${doc(row)}\nexport const ${camel(row.name)} = ${make}('${row.name}');`;
  return `${[
    "import { gatedFunction } from '../functions/gated';",
    "import { pointwiseFunction } from '../functions/pointwise';",
    "import { rowwiseFunction } from '../functions/rowwise';",
    ...table.pointwise.map((row) => line(row, 'pointwiseFunction')),
    ...table.gated.map((row) => line(row, 'gatedFunction')),
    ...table.rowwise.map((row) => line(row, 'rowwiseFunction')),
  ].join('\n')}\n`;
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

check();
const note = '// Generated by scripts/generate.mjs from activations.json; do not edit.';
for (const [name, lines] of Object.entries(nativeFiles())) write(join(root, 'native/generated', name), `${note}\n${lines.join('\n')}\n`);
write(join(root, 'src/generated/activations.ts'), `${note}\n${typescript()}`);
write(join(root, 'src/generated/functions.ts'), `${note}\n${functions()}`);
