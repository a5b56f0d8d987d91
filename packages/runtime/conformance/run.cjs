/**
 * Runs tfjs-core's own test suite against the `tensorflow` backend.
 *
 *   node conformance/run.cjs [--grep=REGEXP] [--all] [--out=FILE]
 *
 * ignored.json lists the specs that are not held against the backend, each with its reason; a name is a full name or, with a
 * trailing "*", the beginning of some. Ignored specs run as well, so that an entry that has become needless is reported; `--all` counts them as failures.
 * Exit code 1 when a spec outside the list fails, or an entry matches nothing.
 */
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { matcher } = require('./ignore-list.cjs');
const { translateCore } = require('./load-core-tests.cjs');

const { values: options } = parseArgs({
  options: { grep: { type: 'string', default: '' }, all: { type: 'boolean', default: false }, out: { type: 'string' } },
});
const output = path.resolve(options.out ?? path.join(__dirname, '..', 'test-results', 'conformance.json'));
const ignored = matcher(JSON.parse(fs.readFileSync(path.join(__dirname, 'ignored.json'), 'utf8')));

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
const tf = require('..');
translateCore();
const jasmineCore = require('jasmine-core');
jasmineCore.boot(jasmineCore);
const { setTestEnvs } = require('@tensorflow/tfjs-core/dist/jasmine_util');
setTestEnvs([{ name: 'test-tensorflow', backendName: 'tensorflow', flags: {}, isDataSync: true }]);
require('@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops');
require('@tensorflow/tfjs-core/dist/tests');
// Loading the tests may have put stock's gradients over the repaired ones.
tf.configureRepairs(false);
tf.configureRepairs(true);
// The debug mode's specs print every kernel call.
console.log = () => undefined;
console.warn = () => undefined;

const started = Date.now();
const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const needless = new Map();
const grep = new RegExp(options.grep);
const env = globalThis.jasmine.getEnv();
env.clearReporters();
env.configure({ random: false, specFilter: (spec) => grep.test(spec.getFullName()) });
env.addReporter({ specDone, jasmineDone });
env.execute();

function specDone({ fullName, status, failedExpectations }) {
  if (status === 'excluded' || status === 'pending') {
    if (status === 'pending') counts.skipped++;
    return;
  }
  const entry = ignored.find(fullName);
  if (entry !== undefined && !options.all) {
    counts.skipped++;
    const seen = needless.get(entry.name) ?? { passed: 0, failed: 0 };
    seen[status === 'passed' ? 'passed' : 'failed']++;
    needless.set(entry.name, seen);
    return;
  }
  counts[status === 'passed' ? 'passed' : 'failed']++;
  if (status !== 'passed') failures.push({ name: fullName, messages: failedExpectations.map(({ message }) => message) });
}

function jasmineDone() {
  const passing = [...needless].filter(([, seen]) => seen.failed === 0).map(([name]) => name);
  const unmatched = options.grep || options.all ? [] : ignored.unmatched();
  const result = { ...counts, failures, ignoredButPassing: passing, unmatchedIgnores: unmatched };
  fs.mkdirSync(path.dirname(output), { recursive: true });
  fs.writeFileSync(output, `${JSON.stringify(result, null, 2)}\n`);
  const say = (line) => process.stdout.write(`${line}\n`);
  for (const { name, messages } of failures) say(`FAILED  ${name}\n        ${messages.join('\n').split('\n').slice(0, 4).join('\n        ')}`);
  for (const name of passing) say(`ignored, but it passes (take it off the list): ${name}`);
  for (const name of unmatched) say(`ignored, but no such spec: ${name}`);
  say(`tfjs-core's suite on TensorFlow ${tf.tensorflowVersion()}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} ignored or skipped, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (failures.length > 0 || unmatched.length > 0) process.exitCode = 1;
  if (counts.passed === 0) {
    say('no spec ran');
    process.exitCode = 1;
  }
}
