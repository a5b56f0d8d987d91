// Where the CUDA compiler and the disassembler come from: pinned wheels in the per-user cache (70.2 MB to download), or the machine's own toolkit.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const runtime = join(dirname(fileURLToPath(import.meta.url)), '../../../runtime/dist/fetch');

const wheel = (row) => ({ pipPlatform: 'manylinux2014_x86_64', drop: [], ...row });

/** The run-time compiler of CUDA 12.5, the version that TensorFlow 2.21's GPU build uses: its cubins load on every driver of CUDA 12. */
const nvrtc = {
  folder: 'nvrtc-12.5.82-linux-x64',
  unpackedSize: 70_000_000,
  libraries: ['nvidia/cuda_nvrtc/lib/libnvrtc.so.12', 'nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.5'],
  include: 'nvidia/cuda_nvrtc/include',
  wheels: [
    wheel({
      project: 'nvidia-cuda-nvrtc-cu12',
      version: '12.5.82',
      file: 'nvidia_cuda_nvrtc_cu12-12.5.82-py3-none-manylinux2014_x86_64.whl',
      size: 24_873_108,
      sha256: '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd',
      keep: ['nvidia/cuda_nvrtc/lib/', 'nvidia_cuda_nvrtc_cu12-12.5.82.dist-info/License.txt'],
    }),
  ],
};

/** Readers of machine code, for the static gate only; a newer release reads older cubins. */
const disassembler = {
  folder: 'cuobjdump-13.2.78-linux-x64',
  unpackedSize: 7_000_000,
  libraries: ['nvidia/cu13/bin/cuobjdump', 'nvidia/cu13/bin/nvdisasm'],
  include: '',
  wheels: [
    wheel({
      project: 'nvidia-cuda-cuobjdump',
      version: '13.2.78',
      file: 'nvidia_cuda_cuobjdump-13.2.78-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
      size: 343_822,
      sha256: '394087411405b846bf43aa52ca2ff603bbe18b3b8a1257cda0903e23c17bdbf3',
      keep: ['nvidia/cu13/bin/', 'nvidia_cuda_cuobjdump-13.2.78.dist-info/licenses/'],
    }),
    wheel({
      project: 'nvidia-cuda-nvdisasm',
      version: '13.2.78',
      file: 'nvidia_cuda_nvdisasm-13.2.78-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
      size: 4_418_608,
      sha256: 'b4ebcd3c5046bf8039ac52675b9dbefd843600969649ecaab0a42b0713a61dae',
      keep: ['nvidia/cu13/bin/', 'nvidia_cuda_nvdisasm-13.2.78.dist-info/licenses/'],
    }),
  ],
};

/** The assembler of PTX that TensorFlow's GPU build gets, for the check that later GPUs can take the PTX: it knows GPUs that NVRTC 12.5 does not. */
function assembler() {
  const { cudaWheels } = require(join(runtime, 'cuda-wheels.js'));
  const row = cudaWheels.find(({ project }) => project === 'nvidia-cuda-nvcc-cu12');
  return { folder: `ptxas-${row.version}-linux-x64`, unpackedSize: 36_000_000, libraries: ['nvidia/cuda_nvcc/bin/ptxas'], include: '', wheels: [{ ...row, keep: row.keep.filter((entry) => !entry.includes('nvvm')) }] };
}

/** Everything that is pinned here, for the bill of materials. */
export const cudaArtefacts = () => [nvrtc, disassembler, assembler()];

const folderOf = (artefact) => join(require(join(runtime, 'cache.js')).cacheRoot(), 'cuda', artefact.folder);

async function fetchInto(artefact, purpose) {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error(`the pinned CUDA wheels are for linux-x64, this is ${process.platform}-${process.arch}`);
  const { fetchArtefact } = require(join(runtime, 'fetch-artefact.js'));
  const folder = folderOf(artefact);
  await fetchArtefact(artefact, folder, purpose);
  return artefact.libraries.map((library) => join(folder, library));
}

/** libnvrtc of a toolkit: CUDA_HOME or CUDA_PATH where set, else the usual place. */
function toolkitLibrary() {
  const given = process.env.CUDA_HOME ?? process.env.CUDA_PATH;
  const library = join(given ?? '/usr/local/cuda', 'lib64/libnvrtc.so.12');
  return existsSync(library) ? library : undefined;
}

/**
 * The path of libnvrtc: the file that NVRTC_LIBRARY names, else the pinned wheel's (fetched when it is not cached), else an installed
 * toolkit's. The wheel comes before the toolkit so that every machine builds the same machine code.
 * @throws an Error that says what was tried.
 */
export async function locateNvrtc() {
  const own = process.env.NVRTC_LIBRARY;
  if (own) {
    if (!existsSync(own)) throw new Error(`NVRTC_LIBRARY=${own}: there is no such file`);
    return own;
  }
  try {
    const [library] = await fetchInto(nvrtc, {
      title: "CUDA's run-time compiler",
      wheelVariable: 'NVRTC_WHEEL',
      waysOut: ['set NVRTC_LIBRARY to the libnvrtc.so.12 of an installed CUDA 12 toolkit', 'set WITH_CUDA=OFF to build without CUDA'],
    });
    return library;
  } catch (error) {
    const library = toolkitLibrary();
    if (library === undefined) throw error;
    process.stderr.write(`${error.message}\nUsing ${library} instead.\n`);
    return library;
  }
}

/** Which compiler `locateNvrtc` takes for certain, without a download; undefined where only trying can tell. */
export function certainNvrtc() {
  const own = process.env.NVRTC_LIBRARY;
  if (own) return existsSync(own) ? createHash('sha256').update(readFileSync(own)).digest('hex') : undefined;
  return existsSync(join(folderOf(nvrtc), require(join(runtime, 'cache.js')).COMPLETE)) ? nvrtc.folder : undefined;
}

async function locateTool(artefact, title, wheelVariable) {
  const tools = await fetchInto(artefact, { title, wheelVariable, waysOut: [] });
  for (const tool of tools) chmodSync(tool, 0o755);
  return tools[0];
}

/** The path of cuobjdump, with nvdisasm in the same folder. */
export const locateCuobjdump = () => locateTool(disassembler, "CUDA's disassembler", 'CUOBJDUMP_WHEEL');

/** The path of ptxas. */
export const locatePtxas = () => locateTool(assembler(), "CUDA's assembler of PTX", 'PTXAS_WHEEL');
