import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Wheel } from './artefacts';
import type { Environment } from './cache';
import { hashFile } from './hash';
import type { Progress } from './progress';

/**
 * The second way: the machine's own pip, which knows keyrings, client certificates and indexes that our client does not speak.
 * @returns undefined on success, else why it did not work.
 */
export async function pipDownload(wheel: Wheel, target: string, environment: Environment, progress: Progress): Promise<string | undefined> {
  const folder = `${target}.pip`;
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  try {
    progress.note(`asking pip for ${wheel.file}`);
    const failure = await runPip(
      ['--no-deps', '--only-binary', ':all:', '--implementation', 'cp', '--python-version', '3.12', '--abi', 'cp312', '--platform', wheel.pipPlatform]
        .concat(['--disable-pip-version-check', '-d', folder, `${wheel.project}==${wheel.version}`]),
      environment,
    );
    if (failure !== undefined) return failure;
    const file = path.join(folder, wheel.file);
    if (!fs.existsSync(file)) return `pip brought ${fs.readdirSync(folder).join(', ') || 'nothing'} instead of ${wheel.file}`;
    const sha256 = await hashFile(file);
    if (sha256 !== wheel.sha256) return `pip's ${wheel.file} has sha256 ${sha256}, expected ${wheel.sha256}`;
    fs.renameSync(file, target);
    return undefined;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function runPip(options: readonly string[], environment: Environment): Promise<string | undefined> {
  return new Promise((resolve) => {
    const python = environment['PYTHON'] || 'python3';
    const child = spawn(python, ['-m', 'pip', 'download', ...options], { env: { ...environment }, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
    child.on('error', (error) => resolve(`${python}: ${error.message}`));
    child.on('close', (code) => {
      const last = errors.trim().split('\n').filter((line) => /error/i.test(line)).slice(-2).join(' ');
      resolve(code === 0 ? undefined : `"${python} -m pip download" ended with ${code ?? 'a signal'}${last ? `: ${last}` : ''}`);
    });
  });
}
