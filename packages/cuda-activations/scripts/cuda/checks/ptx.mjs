// The PTX that ships, assembled for the GPUs it is there for, as a driver does when a module is loaded.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elements, modules } from '../build.mjs';
import { locatePtxas } from '../toolchain.mjs';
import { root } from './builds.mjs';
import { forEach, run, tail } from './report.mjs';

/** Data centre and consumer GPUs after sm_90. */
const architectures = ['sm_100', 'sm_120'];

/** Kernels with a stack or spills, as ptxas -v tells them. */
function faultOf({ ok, text }) {
  if (!ok) return tail(text);
  const kernels = [...text.matchAll(/Function properties for (\S+)\s+(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads/g)];
  if (kernels.length === 0) return `no kernel found:\n${tail(text)}`;
  const bad = kernels.filter(([, , ...bytes]) => bytes.some((count) => count !== '0')).map(([line]) => line);
  return bad.length > 0 ? bad.join('\n') : undefined;
}

export async function ptx(report) {
  const ptxas = await locatePtxas();
  const place = mkdtempSync(join(tmpdir(), 'ptx-'));
  const faults = [];
  try {
    const jobs = architectures.flatMap((architecture) => modules().flatMap((module) => elements.map((element) => ({ architecture, name: `${module}.${element}` }))));
    await forEach(jobs, async ({ architecture, name }) => {
      const fault = faultOf(await run(ptxas, [`--gpu-name=${architecture}`, '-v', join(root, `build/cuda/${name}.compute_80.ptx`), '-o', join(place, `${name}.${architecture}`)]));
      if (fault) faults.push(`${name} for ${architecture}: ${fault}`);
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  report.record(`PTX assembled for ${architectures.join(' and ')}, no stack and no spill`, faults.length > 0 ? faults.join('\n') : undefined);
}
