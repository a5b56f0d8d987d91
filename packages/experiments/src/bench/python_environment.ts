import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as lockfile from 'proper-lockfile';
import { cacheRoot } from '@cuda-activations/runtime';

/** One way to install a set of packages. */
export interface InstallAttempt {
  /** `project==version`, installed with what they depend on. */
  readonly requirements: readonly string[];
  /** Of pip. */
  readonly arguments: readonly string[];
  /** What a user must know before it starts. */
  readonly note: string;
}

/** A set of pinned Python packages in an environment of their own. */
export interface PythonPackages {
  /** Of the environment's folder, and for messages. */
  readonly name: string;
  /** Tried in turn. */
  readonly attempts: readonly InstallAttempt[];
}

/** TensorFlow without CUDA, and the Keras that it is measured with (the wheel takes any of version 3). */
export const TENSORFLOW_PEER: PythonPackages = {
  name: 'tensorflow-cpu-2.21.0',
  attempts: [{ requirements: ['tensorflow-cpu==2.21.0', 'keras==3.15.1'], arguments: [], note: 'about 300 MB to download' }],
};

/** PyPI's Linux wheels of PyTorch need CUDA's libraries even where there is no GPU; PyTorch's own index has wheels that do not. */
export const TORCH_PEER: PythonPackages = {
  name: 'torch-2.8.0',
  attempts: [
    { requirements: ['torch==2.8.0+cpu'], arguments: ['--index-url', 'https://download.pytorch.org/whl/cpu'], note: "from PyTorch's index of CPU builds, about 200 MB to download" },
    { requirements: ['torch==2.8.0'], arguments: [], note: "from pip's index, with the CUDA libraries that its wheel needs: about 3.7 GB to download, 8 GB on disk" },
  ],
};

/**
 * Makes a virtual environment in the per-user cache, or finds it there.
 *
 * @param print told what is installed; pip's own output is shown where it fails
 * @returns its python
 * @throws an Error with what was tried and the ways out
 */
export async function pythonEnvironment(packages: PythonPackages, print: (line: string) => void): Promise<string> {
  const base = process.env['PYTHON'] ?? 'python3';
  const version = (await run(base, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'])).trim();
  const hash = createHash('sha256').update(JSON.stringify(packages.attempts)).digest('hex').slice(0, 8);
  const folder = path.join(cacheRoot(), 'python', `${packages.name}-py${version}-${hash}`);
  const python = path.join(folder, 'bin', 'python');
  const complete = path.join(folder, 'COMPLETE');
  if (fs.existsSync(complete)) return python;
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const release = await lockfile.lock(folder, { realpath: false, lockfilePath: `${folder}.lock`, stale: 20_000, update: 2000, retries: { forever: true, minTimeout: 500, maxTimeout: 2000 } });
  try {
    if (fs.existsSync(complete)) return python;
    fs.rmSync(folder, { recursive: true, force: true });
    await run(base, ['-m', 'venv', folder], 'Debian and Ubuntu have it in the package python3-venv.');
    await install(packages, python, print);
    fs.writeFileSync(complete, (await run(python, ['-m', 'pip', 'freeze'])).trim());
    return python;
  } finally {
    await release();
  }
}

async function install(packages: PythonPackages, python: string, print: (line: string) => void): Promise<void> {
  const failures: string[] = [];
  for (const attempt of packages.attempts) {
    print(`installing ${attempt.requirements.join(' ')} for Python into the cache (${attempt.note})`);
    try {
      await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:', ...attempt.arguments, ...attempt.requirements]);
      return;
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(
    [`${packages.name} could not be installed:`, ...failures, 'Ways out: leave --peers away; set PIP_INDEX_URL, PIP_PROXY or PIP_CERT as for pip; set PYTHON to a Python 3.10 to 3.13.'].join('\n'),
  );
}

/** Runs a program to its end. @returns what it printed */
function run(program: string, options: readonly string[], hint = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)));
    const fail = (reason: string) => { reject(new Error(`${program} ${options.join(' ')}: ${reason}\n${errors}${hint}`.trimEnd())); };
    child.on('error', (error) => { fail(error.message); });
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else fail(`exit code ${String(code)}`);
    });
  });
}
