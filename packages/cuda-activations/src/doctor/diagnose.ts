import type * as Runtime from '@cuda-activations/runtime';
import { tensorFlowModule } from '../functions/load_tensorflow';
import { gelu } from '../generated/functions';
import type * as OpLibrary from '../kernels/op_library';
import { addon, type AddonInfo } from '../native/addon';
import { addonPath, opLibraryPath, wayOut } from '../native/paths';
import { gpuDetails, type GpuDetails } from './gpu';

/** One part of the installation: what it is, and why it does not work where it does not. */
export type Finding<Details> = { readonly ok: true; readonly details: Details } | { readonly ok: false; readonly error: string };

export interface TensorFlowDetails {
  readonly version: string;
  readonly devices: readonly { readonly name: string; readonly type: string; readonly memoryBytes: number }[];
}

export interface OpLibraryDetails {
  readonly path: string;
  readonly ops: readonly string[];
}

/** What is loaded, and why something is not. */
export interface Diagnosis {
  /** Whether everything works. */
  readonly ok: boolean;
  readonly node: string;
  readonly platform: string;
  /** The kernels on typed arrays. */
  readonly addon: Finding<AddonInfo & { readonly path: string }>;
  readonly tensorflow: Finding<TensorFlowDetails>;
  readonly opLibrary: Finding<OpLibraryDetails>;
  /** Whether addon and op library compute the same. */
  readonly agreement: Finding<{ readonly elements: number }>;
  /** No GPU is no fault: `ok` does not depend on it. */
  readonly gpu: Finding<GpuDetails>;
}

function find<Details>(look: () => Details): Finding<Details> {
  try {
    return { ok: true, details: look() };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

const runtime = tensorFlowModule<typeof Runtime>('@cuda-activations/runtime');
const opLibrary = tensorFlowModule<typeof OpLibrary>('../kernels/op_library');

/** Runs one function through both surfaces. */
function compare(): { elements: number } {
  const tf = runtime();
  const elements = 257;
  const x = Float32Array.from({ length: elements }, (_, i) => (i - 128) / 16);
  const expected = gelu(x);
  const actual = tf.tidy(() => gelu(tf.tensor1d(x)).dataSync());
  const differs = expected.findIndex((value, i) => value !== actual[i]);
  if (differs >= 0)
    throw new Error(
      `gelu(${String(x[differs])}) is ${String(expected[differs])} by the addon and ${String(actual[differs])} by the op library: they are of different builds. ${wayOut()}`,
    );
  return { elements };
}

/** Loads each part of the installation and tells what it found. Throws nothing. */
export function diagnose(): Diagnosis {
  const parts = {
    addon: find(() => ({ ...addon().info(), path: addonPath() })),
    tensorflow: find(() => {
      const { tensorflowVersion, devices } = runtime();
      return { version: tensorflowVersion(), devices: devices().map(({ name, type, memoryBytes }) => ({ name, type, memoryBytes })) };
    }),
    opLibrary: find(() => ({ path: opLibraryPath(), ops: opLibrary().loadOpLibrary() })),
  };
  const missing = Object.entries(parts).filter(([, finding]) => !finding.ok).map(([name]) => name);
  const agreement: Diagnosis['agreement'] = missing.length > 0 ? { ok: false, error: `not compared: needs ${missing.join(' and ')}` } : find(compare);
  const needs = missing.filter((name) => name !== 'addon');
  const gpu: Diagnosis['gpu'] =
    needs.length > 0 ? { ok: false, error: `not looked for: needs ${needs.join(' and ')}` } : find(() => gpuDetails(runtime().gpuReport(), runtime().hasKernel('CudaActivations>FusedActivation', 'GPU')));
  return {
    ok: missing.length === 0 && agreement.ok,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    ...parts,
    agreement,
    gpu,
  };
}
