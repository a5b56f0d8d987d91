#!/usr/bin/env node
// Applies each seeded fault to a copy of the sources, runs the tests that should see it, and shows which did.
// usage: node tools/mutation/run.mjs [--only=typescript,cpp,cuda] [--match=TEXT]
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { must, Report, run, tail } from '../../packages/cuda-activations/scripts/cuda/checks/report.mjs';
import { copySources, root } from '../sources/copy.mjs';
import { cpp, typescript } from './mutations.mjs';

const kernels = 'packages/cuda-activations';
const installedOrBuilt = ['node_modules', ...['runtime', 'cuda-activations', 'models', 'experiments', 'cli'].flatMap((name) => ['build', 'dist', 'node_modules'].map((folder) => `packages/${name}/${folder}`))];
const { values } = parseArgs({ options: { only: { type: 'string', default: 'typescript,cpp,cuda' }, match: { type: 'string', default: '' } } });

/** Runs `work` with one edit in place. @returns what `work` finds */
async function withMutation(copy, { file, find, replace }, work) {
  const place = path.join(copy, file);
  const text = readFileSync(place, 'utf8');
  if (text.split(find).length !== 2) throw new Error(`its text must occur once in ${file}`);
  writeFileSync(place, text.replace(find, () => replace));
  try {
    return await work();
  } finally {
    writeFileSync(place, text);
  }
}

/** Tests of one package that the pattern names: those that failed, and how the run ended. */
async function jest(copy, project, pattern) {
  const report = path.join(copy, 'jest.json');
  rmSync(report, { force: true });
  const ended = await run(process.execPath, [path.join(root, 'node_modules/jest/bin/jest.js'), '-c', 'jest.config.cjs', '--silent', '--json', `--outputFile=${report}`, pattern], { cwd: path.join(copy, 'packages', project), timeout: 600_000 });
  const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  const failed = result?.testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)) ?? [];
  return { ...ended, failed, broken: result === undefined || result.numTotalTests === 0 || result.numRuntimeErrorTestSuites > 0 };
}

async function mutateTypeScript(report) {
  const chosen = typescript.filter(({ name }) => name.includes(values.match));
  const copy = copySources('mutants-', installedOrBuilt);
  try {
    const projectOf = ({ file }) => file.split('/')[1];
    const runs = new Map(chosen.map((mutation) => [`${projectOf(mutation)} ${mutation.tests}`, mutation]));
    for (const [name, mutation] of runs) {
      const { failed, broken, text } = await jest(copy, projectOf(mutation), mutation.tests);
      // What fails anyway catches nothing.
      report.record(`no mutation: ${name}`, broken || failed.length > 0 ? `failed: ${failed.join('; ') || tail(text)}` : undefined);
    }
    for (const mutation of chosen) {
      await judge(report, mutation, () => withMutation(copy, mutation, async () => {
        const { failed, broken, ended, text } = await jest(copy, projectOf(mutation), mutation.tests);
        if (failed.length > 0) return { caughtBy: failed };
        return { survived: broken || ended !== 0 ? `the tests did not run (ended with ${ended}):\n${tail(text)}` : 'the tests passed with the fault in place' };
      }));
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function mutateCpp(report) {
  const chosen = cpp.filter(({ name }) => name.includes(values.match));
  const copy = copySources('mutants-', installedOrBuilt);
  const folder = path.join(root, kernels, 'build/mutants');
  try {
    // The build that stays between runs is of this clone's sources; a mutant's object is linked before its library.
    const steps = [
      ['-S', path.join(root, kernels), '-B', folder, '-DCMAKE_EXPORT_COMPILE_COMMANDS=ON', '-DWITH_CUDA=OFF'],
      ['--build', folder, '-j', String(availableParallelism()), '--target', 'cuda_activations_tests'],
    ];
    for (const step of steps) await must('cmake', step, { env: { ...process.env, WITH_CUDA: 'OFF' } });
    const commands = JSON.parse(readFileSync(path.join(folder, 'compile_commands.json'), 'utf8'));
    const original = path.join(root, kernels, 'native');
    const mutated = path.join(copy, kernels, 'native');
    for (const filter of new Set(chosen.map(({ tests }) => tests))) report.ended(`no mutation: ${filter}`, await run(path.join(folder, 'Release/cuda_activations_tests'), [filter]));
    for (const mutation of chosen) {
      await judge(report, mutation, () => withMutation(copy, mutation, async () => {
        const source = path.join(root, mutation.file);
        const entry = commands.find(({ file }) => file === source);
        if (!entry) throw new Error(`${mutation.file} is not compiled`);
        const object = path.join(copy, 'mutant.o');
        const program = path.join(copy, 'mutant');
        const compile = entry.command.replaceAll(original, mutated).replace(/ -o \S+/, ` -o ${object}`);
        const compiled = await run('sh', ['-c', compile], { cwd: entry.directory });
        if (!compiled.ok) return { survived: `does not compile:\n${tail(compiled.text)}` };
        const linked = await run('sh', ['-c', linkLine(folder, object, program)], { cwd: folder });
        if (!linked.ok) return { survived: `does not link:\n${tail(linked.text)}` };
        const { text, ended } = await run(program, [mutation.tests], { timeout: 600_000 });
        const failed = [...text.matchAll(/^(\w+)\n(?: {4}.*\n)*? {4}FAILED/gm)].map(([, test]) => test);
        const crashed = ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV'].includes(ended);
        if (failed.length > 0 || crashed) return { caughtBy: failed.length > 0 ? failed : [`${ended} in ${text.trimEnd().split('\n').at(-1)}`] };
        return { survived: ended === 0 ? 'the tests passed with the fault in place' : `the tests did not end in order (${ended}):\n${tail(text)}` };
      }));
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The tests' own objects with the mutant before the library: of two definitions the linker takes the first. */
function linkLine(folder, object, program) {
  const objects = ['channel_test', 'gated_test', 'main', 'pointwise_test', 'rowwise_test'].map((name) => `native/tests/CMakeFiles/cuda_activations_tests.dir/${name}.cc.o`);
  const reference = ['native/tests/libcuda_activations_reference.a', 'libcuda_activations_kernels.a'].map((library) => path.join(folder, library));
  return `${process.env.CXX || 'c++'} -o ${program} ${object} ${objects.join(' ')} ${reference.join(' ')} -lpthread`;
}

/** Records whether a mutant was caught, and shows by what. */
async function judge(report, mutation, work) {
  const name = `mutation caught: ${mutation.name} (${mutation.file})`;
  try {
    const { caughtBy, survived } = await work();
    report.record(name, survived);
    if (caughtBy) process.stdout.write(`        by ${caughtBy.slice(0, 3).join('; ')}${caughtBy.length > 3 ? ` and ${caughtBy.length - 3} more` : ''}\n`);
  } catch (error) {
    report.record(name, error.message);
  }
}

async function mutateCuda(report) {
  const json = path.join(root, kernels, 'build/mutation-cuda.json');
  const { ended } = await run(process.execPath, ['scripts/cuda/test.mjs', '--only=mutations', `--json=${json}`], { cwd: path.join(root, kernels), stdio: ['ignore', 'inherit', 'inherit'] });
  if (!existsSync(json)) throw new Error(`the mutations of the CUDA kernels ended with ${ended}`);
  for (const { name, fault } of JSON.parse(readFileSync(json, 'utf8')).results) report.results.push({ name, ...(fault ? { fault } : {}) });
}

const suites = { typescript: mutateTypeScript, cpp: mutateCpp, cuda: mutateCuda };
const report = new Report();
for (const name of values.only.split(',')) {
  if (!(name in suites)) throw new Error(`--only: expected some of ${Object.keys(suites).join(', ')}, got ${name}`);
  await suites[name](report);
}
const { passed, failed } = report.counts;
process.stdout.write(`${report.results.filter(({ name, fault }) => name.startsWith('mutation caught') && !fault).length} mutations caught; ${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
