import type { Wheel } from './artefacts';

/**
 * CUDA's libraries for TensorFlow's GPU build: the wheels that its extra `and-cuda` names, in the versions that pip chose for
 * `tensorflow[and-cuda]==2.21.0`. They lie as in site-packages, where TensorFlow's run path ($ORIGIN/../nvidia/NAME/lib) finds them.
 */
interface Part {
  readonly version: string;
  /** The wheel's platform tag; pip is asked for the last of its alternatives. */
  readonly platform: string;
  readonly size: number;
  readonly sha256: string;
  /** What is kept of the wheel, relative to the part's folder; default: its libraries. */
  readonly keep?: readonly string[];
}

/** By the name between `nvidia_` and `_cu12`, which is also the name of the folder. */
const parts: Readonly<Record<string, Part>> = {
  cublas: {
    version: '12.9.3.13',
    platform: 'manylinux_2_27_x86_64',
    size: 581_217_458,
    sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
    keep: ['lib/libcublas.so.12', 'lib/libcublasLt.so.12'],
  },
  cuda_cupti: {
    version: '12.9.79',
    platform: 'manylinux_2_25_x86_64',
    size: 10_814_997,
    sha256: '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
  },
  cuda_nvcc: {
    version: '12.9.86',
    platform: 'manylinux2010_x86_64.manylinux_2_12_x86_64',
    size: 40_546_229,
    sha256: '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
    // For XLA: the assembler of PTX, and the device's mathematical functions.
    keep: ['bin/ptxas', 'nvvm/libdevice/'],
  },
  cuda_nvrtc: {
    version: '12.9.86',
    platform: 'manylinux2010_x86_64.manylinux_2_12_x86_64',
    size: 89_568_129,
    sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
    keep: ['lib/libnvrtc.so.12', 'lib/libnvrtc-builtins.so.12.9'],
  },
  cuda_runtime: {
    version: '12.9.79',
    platform: 'manylinux2014_x86_64.manylinux_2_17_x86_64',
    size: 3_493_179,
    sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
    keep: ['lib/libcudart.so.12'],
  },
  cudnn: {
    version: '9.28.0.42',
    platform: 'manylinux_2_27_x86_64',
    size: 716_538_495,
    sha256: '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
  },
  cufft: {
    version: '11.4.1.4',
    platform: 'manylinux2014_x86_64.manylinux_2_17_x86_64',
    size: 200_877_592,
    sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
    keep: ['lib/libcufft.so.11'],
  },
  curand: {
    version: '10.3.10.19',
    platform: 'manylinux_2_27_x86_64',
    size: 68_295_626,
    sha256: '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
  },
  cusolver: {
    version: '11.7.5.82',
    platform: 'manylinux_2_27_x86_64',
    size: 338_117_415,
    sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
    keep: ['lib/libcusolver.so.11'],
  },
  cusparse: {
    version: '12.5.10.65',
    platform: 'manylinux2014_x86_64.manylinux_2_17_x86_64',
    size: 366_465_088,
    sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  },
  nccl: {
    version: '2.32.3',
    platform: 'manylinux_2_27_x86_64',
    size: 351_526_311,
    sha256: 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
    keep: ['lib/libnccl.so.2'],
  },
  nvjitlink: {
    version: '12.9.86',
    platform: 'manylinux2010_x86_64.manylinux_2_12_x86_64',
    size: 39_748_338,
    sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  },
};

function wheelOf(name: string, part: Part): Wheel {
  const folder = `nvidia/${name}/`;
  const distribution = `nvidia_${name}_cu12-${part.version}`;
  return {
    project: `nvidia-${name.replaceAll('_', '-')}-cu12`,
    version: part.version,
    file: `${distribution}-py3-none-${part.platform}.whl`,
    size: part.size,
    sha256: part.sha256,
    pipPlatform: part.platform.split('.').at(-1) ?? part.platform,
    keep: [...(part.keep ?? ['lib/']).map((entry) => folder + entry), `${distribution}.dist-info/licenses/`, `${distribution}.dist-info/License.txt`],
    drop: [`${folder}lib/__init__.py`],
  };
}

export const cudaWheels: readonly Wheel[] = Object.entries(parts).map(([name, part]) => wheelOf(name, part));
