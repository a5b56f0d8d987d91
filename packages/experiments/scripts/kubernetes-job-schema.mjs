// Writes the JSON schema of a Job that tests check manifests by: the part of Kubernetes' OpenAPI that a Job reaches, without its
// descriptions, and with every unknown key refused, as `kubectl create` does it (--validate=strict).
// usage: node scripts/kubernetes-job-schema.mjs SWAGGER, with the file of SOURCE
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = 'https://raw.githubusercontent.com/kubernetes/kubernetes/v1.34.4/api/openapi-spec/swagger.json';
const SHA256 = 'd3b0cdc2fda15c753206d25ab459dc7c12df64e2fd652b6809687471ea751c37';
const ROOT = 'io.k8s.api.batch.v1.Job';
const target = path.join(path.dirname(fileURLToPath(import.meta.url)), '../src/sweeps/testing/kubernetes_job.schema.json');

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error(`usage: node scripts/kubernetes-job-schema.mjs SWAGGER, with the file of ${SOURCE}`);
const text = readFileSync(file);
const hash = createHash('sha256').update(text).digest('hex');
if (hash !== SHA256) throw new Error(`${file}: expected SHA-256 ${SHA256}, got ${hash}`);
const { definitions: all } = JSON.parse(text);

const definitions = {};
const pending = [ROOT];
for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
  if (name in definitions) continue;
  definitions[name] = strict(all[name]);
}
const sorted = Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1)));
const lines = Object.entries(sorted).map(([name, schema]) => `    ${JSON.stringify(name)}: ${JSON.stringify(schema)}`);
writeFileSync(target, `{\n  "$comment": "From ${SOURCE} (Apache-2.0) by scripts/kubernetes-job-schema.mjs",\n  "$ref": "#/definitions/${ROOT}",\n  "definitions": {\n${lines.join(',\n')}\n  }\n}\n`);

function strict(schema) {
  if (schema.format === 'int-or-string') return { type: ['string', 'integer'] };
  const kept = {};
  for (const key of ['$ref', 'type', 'format', 'required', 'enum']) if (key in schema) kept[key] = schema[key];
  if (kept.$ref) pending.push(kept.$ref.replace('#/definitions/', ''));
  if (schema.items) kept.items = strict(schema.items);
  if (schema.properties) Object.assign(kept, { properties: Object.fromEntries(Object.entries(schema.properties).map(([name, value]) => [name, strict(value)])), additionalProperties: false });
  else if (schema.additionalProperties) kept.additionalProperties = strict(schema.additionalProperties);
  return kept;
}
