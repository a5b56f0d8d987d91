/** A GPU as the NVIDIA driver shows it. */
export interface NvidiaGpu {
  readonly name: string;
  /** Compute capability, such as 9. */
  readonly capability: number;
  readonly memoryBytes: number;
}

/** The NVIDIA driver of this machine; GPUs that CUDA_VISIBLE_DEVICES hides are not among its. */
export interface NvidiaDriver {
  /** Why it cannot be used; empty where it can. */
  readonly problem: string;
  /** Whether there is one. */
  readonly found: boolean;
  /** The newest version of CUDA it runs, 1000 major + 10 minor; 0 where unknown. */
  readonly version: number;
  readonly gpus: readonly NvidiaGpu[];
}

/** What the kernels and libraries of CUDA 12 need. */
export const LEAST_CAPABILITY = 8;
export const LEAST_DRIVER = 12_000;

const tenth = (value: number): string => value.toFixed(1);
export const cudaVersion = (version: number): string => `${String(Math.floor(version / 1000))}.${String(Math.floor((version % 1000) / 10))}`;

/** Numbers of the GPUs that the kernels run on. */
export function usableGpus(driver: NvidiaDriver): number[] {
  if (driver.problem !== '' || driver.version < LEAST_DRIVER) return [];
  return driver.gpus.flatMap(({ capability }, number) => (capability >= LEAST_CAPABILITY ? [number] : []));
}

/** Why no GPU of this machine can be used, in one sentence; undefined where one can. */
export function gpuProblem(driver: NvidiaDriver): string | undefined {
  if (!driver.found) return `there is no NVIDIA driver (${driver.problem})`;
  if (driver.version > 0 && driver.version < LEAST_DRIVER) {
    return `the NVIDIA driver is too old: it runs CUDA ${cudaVersion(driver.version)}, ${cudaVersion(LEAST_DRIVER)} is needed (driver 525.60 or newer)`;
  }
  if (driver.problem !== '') return `the NVIDIA driver does not work (${driver.problem})`;
  if (driver.gpus.length === 0) return 'the NVIDIA driver shows no GPU (is CUDA_VISIBLE_DEVICES set?)';
  if (usableGpus(driver).length > 0) return undefined;
  const listed = driver.gpus.map(({ name, capability }) => `${name} with ${tenth(capability)}`).join(', ');
  return `no GPU has compute capability ${tenth(LEAST_CAPABILITY)} or newer (found: ${listed})`;
}
