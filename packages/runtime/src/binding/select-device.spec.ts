import type { DeviceChoice } from '../fetch/device';
import type { ContextOptions } from './native-binding';
import type { NvidiaDriver } from './nvidia-driver';
import { selectDevice } from './select-device';

const hopper = { name: 'H100', capability: 9, memoryBytes: 8e10 };
const turing = { name: 'T4', capability: 7.5, memoryBytes: 1.6e10 };
const works: NvidiaDriver = { problem: '', found: true, version: 12_050, gpus: [hopper] };

interface Situation {
  readonly choice?: DeviceChoice;
  readonly isGpuBuild?: boolean;
  readonly driver?: NvidiaDriver;
  /** What TensorFlow lists, or how starting it fails. */
  readonly devices?: 'GPU' | 'CPU' | Error;
  readonly library?: Error;
}

function select({ choice = 'auto', isGpuBuild = true, driver = works, devices = 'GPU', library }: Situation): { configured: ContextOptions[]; warnings: string[]; asked: boolean } {
  const configured: ContextOptions[] = [];
  const warnings: string[] = [];
  let asked = false;
  let started = false;
  selectDevice({
    choice,
    binding: {
      hasKernel: () => isGpuBuild,
      configure: (options) => {
        if (started) throw new Error('TensorFlow is running already, with other options');
        configured.push(options);
      },
      devices: () => {
        if (devices instanceof Error) throw devices;
        started = true;
        return [{ name: `/device:${devices}:0`, type: devices, memoryBytes: 1 }];
      },
    },
    options: { memoryGrowth: true },
    driver: () => {
      asked = true;
      return driver;
    },
    openCuda: () => {
      if (library) throw library;
    },
    directory: '/tensorflow',
    warn: (text) => warnings.push(text),
  });
  return { configured, warnings, asked };
}

test('a GPU that works is taken, and its memory grows on demand', () => {
  expect(select({})).toEqual({ configured: [{ memoryGrowth: true }], warnings: [], asked: true });
});

test('of several GPUs those that the kernels do not run on are left out', () => {
  expect(select({ driver: { ...works, gpus: [turing, hopper, hopper] } }).configured).toEqual([{ memoryGrowth: true, visibleGpus: '1,2' }]);
});

test('the CPU build leaves the driver alone, and so does a choice of the CPU', () => {
  expect(select({ isGpuBuild: false })).toEqual({ configured: [{ memoryGrowth: true }], warnings: [], asked: false });
  expect(select({ choice: 'cpu' })).toEqual({ configured: [{ memoryGrowth: true, useGpus: false }], warnings: [], asked: false });
});

const problems: [string, Situation, RegExp][] = [
  ['no driver', { driver: { problem: 'libcuda.so.1: cannot open', found: false, version: 0, gpus: [] } }, /there is no NVIDIA driver \(libcuda\.so\.1: cannot open\)/],
  ['a broken driver', { driver: { ...works, problem: 'cuInit: error 999', gpus: [] } }, /the NVIDIA driver does not work \(cuInit: error 999\)/],
  ['an old driver', { driver: { ...works, version: 11_080 } }, /too old: it runs CUDA 11\.8, 12\.0 is needed \(driver 525\.60 or newer\)/],
  ['hidden GPUs', { driver: { ...works, gpus: [] } }, /shows no GPU \(is CUDA_VISIBLE_DEVICES set\?\)/],
  ['an old GPU', { driver: { ...works, gpus: [turing] } }, /no GPU has compute capability 8\.0 or newer \(found: T4 with 7\.5\)/],
  ['a library that does not load', { library: new Error('libcusolver.so.11: file too short') }, /does not start on the GPU \(H100\): libcusolver\.so\.11: file too short/],
  ['libraries that TensorFlow does not find', { devices: 'CPU' }, /TensorFlow does not take the GPU \(H100\)/],
  ['too little memory', { devices: new Error('cuDevicePrimaryCtxRetain: out of memory') }, /TensorFlow does not start on the GPU \(H100\): cuDevicePrimaryCtxRetain: out of memory/],
];

test.each(problems)('%s: one message and the CPU', (_, situation, reason) => {
  const { configured, warnings } = select(situation);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(reason);
  expect(warnings[0]).toMatch(/^TensorFlow runs on the CPU: /);
  // Where TensorFlow has started it lists no GPU; elsewhere it is told not to look for any.
  if (situation.devices !== 'CPU') expect(configured.at(-1)).toEqual({ memoryGrowth: true, useGpus: false });
});

test.each(problems)('%s: an error where the GPU was demanded', (_, situation, reason) => {
  expect(() => select({ ...situation, choice: 'gpu' })).toThrow(reason);
  expect(() => select({ ...situation, choice: 'gpu' })).toThrow(/^CUDA_ACTIVATIONS_DEVICE=gpu, but /);
});

test('a GPU demanded of the CPU build is an error with the way out', () => {
  expect(() => select({ choice: 'gpu', isGpuBuild: false })).toThrow(/TensorFlow in \/tensorflow is a build for the CPU.*fetch-tensorflow --device=gpu/);
});
