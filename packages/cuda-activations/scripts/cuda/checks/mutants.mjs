// Seeded faults: each mutant of the kernels or of the launcher must fail the tests that name it.
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutations } from '../mutations.mjs';
import { build, buildsFolder, root, withDriver } from './builds.mjs';
import { forEach, run, tail } from './report.mjs';

/** The compiler's line of one object of a build, with another source and object. */
function compileLike(folder, target, source, object) {
  const flags = readFileSync(join(folder, `CMakeFiles/${target}.dir/flags.make`), 'utf8');
  const words = (key) => (new RegExp(`^${key} = (.*)$`, 'm').exec(flags)?.[1] ?? '').split(' ').filter(Boolean);
  return run(process.env.CXX || 'c++', [...words('CXX_DEFINES'), ...words('CXX_INCLUDES'), ...words('CXX_FLAGS'), '-x', 'c++', '-c', source, '-o', object]);
}

/** A copy of native/cuda with one edit, and links to the folders beside it. */
function mutate(mutation, place) {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  for (const name of ['math', 'cpu', 'generated', 'emulation', 'tests']) symlinkSync(join(root, 'native', name), join(place, name));
  cpSync(join(root, 'native/cuda'), join(place, 'cuda'), { recursive: true });
  const file = join(place, 'cuda', mutation.file);
  const text = readFileSync(file, 'utf8');
  if (text.split(mutation.find).length !== 2) throw new Error(`its text must occur once in ${mutation.file}`);
  writeFileSync(file, text.replace(mutation.find, mutation.replace));
}

/** Why the mutant is not caught, or undefined. */
async function survival(mutation, base, place) {
  mutate(mutation, place);
  const target = mutation.module ? `kernels_${mutation.module}_Float32` : 'launcher';
  const object = join(place, 'mutant.o');
  const source = join(place, 'cuda', mutation.module ? `modules/${mutation.module}.cu` : mutation.file);
  const compiled = await compileLike(base, target, source, object);
  if (!compiled.ok) return `does not compile:\n${tail(compiled.text)}`;
  // The build's own link line, with the one object exchanged. It comes first: of the template instances that several objects share, and of an
  // archive's members, the linker takes the first.
  const part = mutation.module ? 'fake_cuda' : 'cuda_tests';
  const output = join(place, mutation.module ? 'libcuda.so.1' : 'cuda_tests');
  const link = readFileSync(join(base, `CMakeFiles/${part}.dir/link.txt`), 'utf8')
    .trim()
    .replace(`CMakeFiles/${target}.dir/${target}.cc.o`, '')
    .replace(/ -o \S+/, ` -o ${output} ${object}`);
  const linked = await run('sh', ['-c', link], { cwd: base });
  if (!linked.ok) return `does not link:\n${tail(linked.text)}`;
  return notCaught(
    await run(mutation.module ? join(base, 'cuda_tests') : output, [mutation.filter], {
      env: {
        ...process.env,
        LD_LIBRARY_PATH: mutation.module ? place : join(base, 'driver'),
        FAKE_CUDA_DEVICES: '9.0,9.0',
        ...(mutation.thread ? { EMULATION_THREADS: '2' } : {}),
      },
      timeout: 300_000,
    }),
  );
}

/** Why an end of the tests is no proof that they saw a fault, or undefined: a test has to fail, a sanitizer to report, or the program to crash. */
function notCaught({ ok, ended, text }) {
  if (ok) return 'the tests passed with the fault in place';
  if (ended === 'timeout') return `the tests did not end:\n${tail(text)}`;
  const crashed = ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV'].includes(ended);
  const failed = /^ {4}FAILED|Sanitizer: /m.test(text) && !/no NVIDIA driver/.test(text);
  return crashed || failed ? undefined : `the tests did not run (ended with ${ended}):\n${tail(text)}`;
}

/** Ends that must not count as a fault caught. */
async function checkVerdict(report, base) {
  const tests = join(base, 'cuda_tests');
  const ends = [
    ['hangs', await run('sleep', ['600'], { timeout: 100 })],
    ['finds no driver', await run(tests, ['prelu'], withDriver(base, { LD_LIBRARY_PATH: '' }))],
    ['runs no test', await run(tests, ['no test of this name'], withDriver(base))],
    ['does not load', await run('sh', ['-c', 'echo "error while loading shared libraries" >&2; exit 127'])],
  ];
  for (const [what, ended] of ends) report.record(`mutation not caught by a program that ${what}`, notCaught(ended) === undefined ? `counted as caught:\n${tail(ended.text)}` : undefined);
}

/** Builds the mutants, two at a time, and records which the tests do not catch. */
export async function mutants(report) {
  const targets = ['cuda_tests', 'fake_cuda'];
  const bases = { few: await build('few', targets), thread: await build('thread', targets) };
  await checkVerdict(report, bases.few);
  // What fails anyway catches nothing.
  await forEach(new Set(mutations.filter(({ thread }) => !thread).map(({ filter }) => filter)), async (filter) => {
    report.ended(`no mutation: ${filter}`, await run(join(bases.few, 'cuda_tests'), [filter], withDriver(bases.few, { FAKE_CUDA_DEVICES: '9.0,9.0' })));
  });
  // The slow ones first, so that none is left for the end.
  const ordered = [...mutations].sort((a, b) => Number(b.thread ?? false) - Number(a.thread ?? false));
  await forEach(ordered.entries(), async ([index, mutation]) => {
    const place = join(buildsFolder, `mutant-${index}`);
    try {
      report.record(`mutation caught: ${mutation.name}`, await survival(mutation, bases[mutation.thread ? 'thread' : 'few'], place));
    } catch (error) {
      report.record(`mutation caught: ${mutation.name}`, error.message);
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  });
}
