/** The wheels that TensorFlow is taken from: the one place where version, file names, sizes and hashes stand. */

import { cudaWheels } from './cuda-wheels';

/** One wheel, pinned. */
export interface Wheel {
  /** Project name on the package index. */
  readonly project: string;
  readonly version: string;
  readonly file: string;
  /** Bytes of the wheel. */
  readonly size: number;
  readonly sha256: string;
  /** pip's `--platform`, for the fallback to `pip download`. */
  readonly pipPlatform: string;
  /** Members to unpack: a path equal to an entry, or under an entry that ends in `/`. */
  readonly keep: readonly string[];
  /** Members under these folders are left in the wheel. */
  readonly drop: readonly string[];
}

/** What one platform needs: wheels unpacked side by side, as in site-packages, so that their $ORIGIN run paths hold. */
export interface Artefact {
  /** Folder name in the cache; changes whenever the content does. */
  readonly folder: string;
  readonly wheels: readonly Wheel[];
  /** Bytes on disk after unpacking, for the check of free space. */
  readonly unpackedSize: number;
  /** Shared libraries relative to the folder, in load order. */
  readonly libraries: readonly string[];
  /** Header folder relative to the folder. */
  readonly include: string;
}

export const TENSORFLOW_VERSION = '2.21.0';

const layout = {
  libraries: ['tensorflow/libtensorflow_framework.so.2', 'tensorflow/libtensorflow_cc.so.2'],
  include: 'tensorflow/include',
} as const;

const members = {
  keep: [...layout.libraries, `${layout.include}/`, 'tensorflow/THIRD_PARTY_NOTICES.txt'],
  // Sources of TensorFlow's own dependencies; no public header of TensorFlow includes them.
  drop: [`${layout.include}/external/`],
} as const;

/** Keyed by `${flavour}-${process.platform}-${process.arch}`; the flavours are cpu and gpu. */
export const artefacts: Readonly<Record<string, Artefact>> = {
  'cpu-linux-x64': {
    ...layout,
    folder: `${TENSORFLOW_VERSION}-cpu-linux-x64`,
    unpackedSize: 991_000_000,
    wheels: [
      {
        ...members,
        project: 'tensorflow-cpu',
        version: TENSORFLOW_VERSION,
        file: 'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
        size: 274_000_871,
        sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
        pipPlatform: 'manylinux_2_27_x86_64',
      },
    ],
  },
  'cpu-linux-arm64': {
    ...layout,
    folder: `${TENSORFLOW_VERSION}-cpu-linux-arm64`,
    unpackedSize: 1_100_000_000,
    wheels: [
      {
        ...members,
        // On arm64 the index has no `tensorflow-cpu`: the `tensorflow` wheel is the one without CUDA.
        project: 'tensorflow',
        version: TENSORFLOW_VERSION,
        file: 'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_aarch64.whl',
        size: 281_946_471,
        sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
        pipPlatform: 'manylinux_2_27_aarch64',
      },
    ],
  },
  'gpu-linux-x64': {
    ...layout,
    folder: `${TENSORFLOW_VERSION}-gpu-linux-x64`,
    unpackedSize: 5_460_000_000,
    wheels: [
      {
        ...members,
        project: 'tensorflow',
        version: TENSORFLOW_VERSION,
        file: 'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
        size: 572_611_111,
        sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
        pipPlatform: 'manylinux_2_27_x86_64',
      },
      ...cudaWheels,
    ],
  },
};

/** The row for a platform; an error that lists the platforms there are otherwise. */
export function artefactFor(
  platform: string = process.platform,
  arch: string = process.arch,
  flavour = 'cpu',
  table: Readonly<Record<string, Artefact>> = artefacts,
): Artefact {
  const key = `${flavour}-${platform}-${arch}`;
  const artefact = table[key];
  if (artefact === undefined) {
    throw new Error(
      `no TensorFlow ${TENSORFLOW_VERSION} build for "${key}"; there are: ${Object.keys(table).join(', ')}. ` +
        'To use a build of your own, set TENSORFLOW_DIR to its folder (libtensorflow_cc.so.2, libtensorflow_framework.so.2, include/).',
    );
  }
  return artefact;
}
