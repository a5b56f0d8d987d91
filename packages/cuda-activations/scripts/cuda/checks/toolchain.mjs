// How the build of the kernels ends with and without a compiler: scripts/cuda/build.mjs with an empty cache, no network and no toolkit.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './builds.mjs';
import { forEach, run } from './report.mjs';

/** Neither an index that answers, nor a pip, nor a compiler. */
const offline = (place) => ({
  ...process.env,
  CUDA_ACTIVATIONS_CACHE: join(place, 'cache'),
  CUDA_HOME: join(place, 'toolkit'),
  NVRTC_LIBRARY: '',
  NVRTC_WHEEL: '',
  PIP_CONFIG_FILE: '/dev/null',
  PIP_INDEX_URL: 'http://127.0.0.1:1/simple',
  PIP_EXTRA_INDEX_URL: '',
  PIP_FIND_LINKS: '',
  PYTHON: join(place, 'no-python'),
  WITH_CUDA: '',
});

/** Name, environment, exit status, what is said, and whether kernels of an earlier build are kept. */
const cases = [
  ['AUTO without a network', {}, 0, /^Building without CUDA kernels \(WITH_CUDA=AUTO\): CUDA's run-time compiler could not be fetched.*set NVRTC_LIBRARY to .*set WITH_CUDA=OFF/ms, false],
  ['ON without a network', { WITH_CUDA: 'ON' }, 1, /^CUDA's run-time compiler could not be fetched.*set NVRTC_LIBRARY to .*set WITH_CUDA=OFF/ms, true],
  ['OFF', { WITH_CUDA: 'OFF' }, 0, /^$/, false],
  ['a value that is none', { WITH_CUDA: 'maybe' }, 1, /^WITH_CUDA: expected AUTO, ON or OFF, got "maybe"$/m, true],
  ['a compiler that is not there', { WITH_CUDA: 'ON', NVRTC_LIBRARY: '/nowhere/libnvrtc.so.12' }, 1, /^NVRTC_LIBRARY=\/nowhere\/libnvrtc\.so\.12: there is no such file$/m, true],
  ['a toolkit that does not load', { WITH_CUDA: 'ON', toolkit: 'no library' }, 1, /^Using \S+toolkit\/lib64\/libnvrtc\.so\.12 instead\.$.*libnvrtc/ms, true],
];

async function check([, { toolkit, ...environment }, status, expected, kept], place) {
  const output = join(place, 'kernels');
  mkdirSync(output, { recursive: true });
  mkdirSync(join(place, 'toolkit/lib64'), { recursive: true });
  if (toolkit) writeFileSync(join(place, 'toolkit/lib64/libnvrtc.so.12'), toolkit);
  writeFileSync(join(output, 'COMPLETE'), 'of an earlier build');
  const { ended, text } = await run(process.execPath, [join(root, 'scripts/cuda/build.mjs'), `--output=${output}`], { env: { ...offline(place), ...environment } });
  const said = text.replace(/^asking pip for .*\n/gm, '');
  if (ended !== status || !expected.test(said)) return `expected exit status ${status} and ${expected}, got ${ended} and:\n${text}`;
  if (existsSync(join(output, 'COMPLETE')) !== kept) return `kernels of an earlier build: expected them ${kept ? 'kept' : 'removed'}`;
  const left = readdirSync(place).filter((name) => name.startsWith('kernels.'));
  return left.length > 0 ? `left behind: ${left.join(', ')}` : undefined;
}

/** What nx's cache knows: a build without kernels for want of a network must not be taken for one with it. */
async function checkKeys(place) {
  const key = async (environment) => (await run(process.execPath, [join(root, 'scripts/cuda/cache-key.mjs'), 'compiler'], { env: { ...offline(place), ...environment } })).text.trim();
  const [once, again, off, offAgain] = [await key({}), await key({}), await key({ WITH_CUDA: 'OFF' }), await key({ WITH_CUDA: 'OFF' })];
  const library = join(place, 'libnvrtc.so.12');
  writeFileSync(library, 'one');
  const own = await key({ NVRTC_LIBRARY: library });
  const same = await key({ NVRTC_LIBRARY: library });
  writeFileSync(library, 'another');
  const other = await key({ NVRTC_LIBRARY: library });
  if (once === again) return `the key of a compiler that is still to fetch came twice: ${once}`;
  if (off !== 'OFF' || offAgain !== 'OFF') return `WITH_CUDA=OFF: expected the key OFF, got ${off} and ${offAgain}`;
  return own === same && own !== other ? undefined : `keys of NVRTC_LIBRARY: ${own}, ${same}, and with other content ${other}`;
}

async function inFolder(work) {
  const place = mkdtempSync(join(tmpdir(), 'toolchain-'));
  try {
    return await work(place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

export async function toolchain(report) {
  await forEach(cases, async (row) => { report.record(`build of the kernels: ${row[0]}`, await inFolder((place) => check(row, place))); });
  report.record("build of the kernels: nx's key", await inFolder(checkKeys));
}
