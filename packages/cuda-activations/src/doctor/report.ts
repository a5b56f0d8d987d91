import type { Diagnosis, Finding } from './diagnose';
import { gpuLines } from './gpu';

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function section<Details>(title: string, finding: Finding<Details>, lines: (details: Details) => string[]): string {
  const body = finding.ok ? lines(finding.details) : [finding.error];
  return [`${finding.ok ? 'ok  ' : 'FAIL'}  ${title}`, ...body.map((line) => `      ${line}`)].join('\n');
}

/** A diagnosis as text, one section for each part. */
export function report(diagnosis: Diagnosis): string {
  return [
    `      Node ${diagnosis.node} on ${diagnosis.platform}`,
    section('addon (typed arrays)', diagnosis.addon, ({ path, version, isa, isas, threads, isaWarning }) => [
      path,
      `version ${version}, instruction set ${isa} (of ${isas.join(', ')}), ${String(threads)} threads`,
      ...(isaWarning === null ? [] : [isaWarning]),
    ]),
    section('TensorFlow', diagnosis.tensorflow, ({ version, devices }) => [
      `version ${version}`,
      ...devices.map((device) => `${device.name.replace(/^.*device:/, '')}${device.type === 'GPU' ? `, ${gibibytes(device.memoryBytes)}` : ''}`),
    ]),
    section('op library (tensors)', diagnosis.opLibrary, ({ path, ops }) => [path, `${String(ops.length)} ops: ${ops.map((op) => op.replace('CudaActivations>', '')).join(', ')}`]),
    section('both compute the same', diagnosis.agreement, ({ elements }) => [`gelu of ${String(elements)} values, bit for bit`]),
    section('GPU', diagnosis.gpu, gpuLines).replace(/^ok/, diagnosis.gpu.ok && diagnosis.gpu.details.problems.length > 0 ? '--' : 'ok'),
  ].join('\n');
}
