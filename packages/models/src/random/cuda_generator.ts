import { philox4x32, type PhiloxBlock } from './philox';

const { ceil, floor, fround, min } = Math;

const BLOCK = 256;
/** Values that one thread draws in one pass. */
const LANES = 4;

/** The GPU whose launch shape decides which thread draws which element. */
export interface CudaLaunch {
  /** Most blocks of a launch: multiprocessors times resident blocks of 256 threads. */
  readonly maxBlocks: number;
}

/** The NVIDIA T4 of the authors' runs: 40 multiprocessors with four blocks of 256 threads each. */
export const T4: CudaLaunch = { maxBlocks: 160 };

/**
 * The CUDA generator of PyTorch: the values that `uniform_` gives on a GPU, float32 bit for bit.
 *
 * Every call starts at the generator's offset and advances it by four for each pass of the launch over the tensor.
 */
export class CudaGenerator {
  #offset = 0;

  /** @param seed as in `torch.cuda.manual_seed`, the Philox key; @param launch the GPU's launch shape */
  constructor(
    private readonly seed: number,
    private readonly launch: CudaLaunch = T4,
  ) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed: expected an integer of at least 0, got ${seed}`);
  }

  /** `uniform_(low, high)` of a contiguous float32 tensor of `count` elements. */
  uniform(count: number, low = 0, high = 1): Float32Array {
    const values = new Float32Array(count);
    if (count === 0) return values;
    const from = fround(low);
    const to = fround(high);
    const range = fround(to - from);
    const threads = BLOCK * min(this.launch.maxBlocks, ceil(count / BLOCK));
    const passes = ceil(count / (threads * LANES));
    const key0 = this.seed >>> 0;
    const key1 = floor(this.seed / 2 ** 32) >>> 0;
    const block: PhiloxBlock = [0, 0, 0, 0];
    for (let pass = 0; pass < passes; pass++) {
      for (let thread = 0; thread < threads; thread++) {
        if (pass * threads * LANES + thread >= count) break;
        block[0] = this.#offset / 4 + pass;
        block[1] = 0;
        block[2] = thread;
        block[3] = 0;
        philox4x32(block, key0, key1);
        for (let lane = 0; lane < LANES; lane++) {
          const index = (pass * LANES + lane) * threads + thread;
          if (index >= count) break;
          const value = fround(fround(unitUniform(block[lane] as number) * range) + from);
          values[index] = value === to ? from : value;
        }
      }
    }
    this.#offset += passes * LANES;
    return values;
  }
}

const SCALE = fround(2.3283064e-10);
const HALF_STEP = fround(2.3283064e-10 / 2);

/** `curand_uniform`: 32 random bits to a float32 in (0, 1]. */
function unitUniform(bits: number): number {
  return fround(fround(fround(bits) * SCALE) + HALF_STEP);
}
