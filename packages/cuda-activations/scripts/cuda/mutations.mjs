// Seeded faults that the kernel tests must catch. Each is one edit of one file under native/cuda.
// `module`: which kernels are compiled from the edited source (float32); without one the launcher is. `filter`: the tests that see it.
// `thread`: only the build under ThreadSanitizer, with blocks on two threads, can see it.

/** @typedef {{name: string, file: string, find: string, replace: string, module?: string, filter: string, thread?: boolean}} Mutation */

const counter = 'combination.counters + (t.per_lane ? tile.tile : tile.channel)';
const afterStore = '    scratch.sum[lane][thread] = value[lane];\n  }\n  __syncthreads();';

/** @type {readonly Mutation[]} */
export const mutations = [
  { name: 'no barrier before the block adds', file: 'device/combine.h', find: afterStore, replace: afterStore.replace('  __syncthreads();', ''), module: 'per_channel', filter: 'prelu' },
  { name: 'no barrier before the scratch memory is used again', file: 'device/combine.h', find: '    value[lane] = total;\n  }\n  __syncthreads();', replace: '    value[lane] = total;\n  }', module: 'per_channel', filter: 'apl' },
  { name: 'the last scalar is left out', file: 'device/elementwise.h', find: 's < scalars;', replace: 's < scalars - 1;', module: 'pointwise_backward', filter: 'heads' },
  { name: 'one scalar too many', file: 'device/elementwise.h', find: 's < scalars;', replace: 's <= scalars;', module: 'pointwise_backward', filter: 'heads' },
  { name: 'the tail of the only row is left out', file: 'device/tile.h', find: 'vectors ? (last ? t.tail : 0)', replace: 'vectors ? (last ? t.tail - 1 : 0)', module: 'per_channel', filter: 'prelu' },
  { name: 'partial sums in order of arrival', file: 'device/combine.h', find: 'partials[(tile.part * sums', replace: 'partials[((tile.part + combination.counters[t.per_lane ? tile.tile : tile.channel]) % combination.parts * sums', module: 'per_channel', filter: 'prelu' },
  { name: 'a block too many counted as the last', file: 'device/combine.h', find: 'combination.parts - 1)', replace: 'combination.parts - 2)', module: 'per_channel', filter: 'prelu' },
  { name: 'a hinge that is active at equality', file: 'device/apl.h', find: 'const bool active = distance > 0.0f;', replace: 'const bool active = distance >= 0.0f;', module: 'per_channel', filter: 'apl' },
  { name: 'the wrong slope at 0', file: 'device/prelu.h', find: 'const bool positive = x[i] > 0.0f;', replace: 'const bool positive = x[i] >= 0.0f;', module: 'per_channel', filter: 'prelu' },
  { name: 'the wrong sign of a sum', file: 'device/prelu.h', find: 'sum[i] += positive', replace: 'sum[i] -= positive', module: 'per_channel', filter: 'prelu' },
  { name: 'a warp reads the others before they have stored', file: 'device/rowwise.h', find: '= value;\n    __syncthreads();\n    value = scratch.value[0];', replace: '= value;\n    value = scratch.value[0];', module: 'rowwise', filter: 'even' },
  { name: 'what a sum of a row lost is forgotten', file: 'device/rowwise.h', find: 'term - lost;', replace: 'term;', module: 'rowwise', filter: 'even' },
  { name: 'a larger element leaves the sum before it', file: 'device/rowwise.h', find: 'sum.Scale(ExpOfDifference<Element>(most, next));', replace: '', module: 'rowwise', filter: 'rowwise_forward' },
  { name: 'the teams of a warp stop one by one', file: 'device/rowwise.h', find: 'again = warp.Reduce(again, Larger(), scratch);', replace: '', module: 'rowwise', filter: 'slow_in_one_team' },
  { name: 'rows that begin off a vector', file: 'launch/rowwise.cc', find: 'aligned && op.width % lanes == 0 ?', replace: 'aligned ?', filter: 'rowwise_forward' },
  { name: 'a launch on the default stream', file: 'launch/launch.cc', find: 'kBlockThreads, 1, 1, 0, stream.handle, parameters', replace: 'kBlockThreads, 1, 1, 0, nullptr, parameters', filter: 'stream' },
  { name: 'counters that are not cleared', file: 'launch/launch.cc', find: 'if (zero != nullptr && zero_bytes > 0)', replace: 'if (false && zero_bytes > 0)', filter: 'prelu' },
  { name: 'functions of another GPU', file: 'launch/launch.cc', find: 'const Key key(context, function);', replace: 'const Key key(nullptr, function);', filter: 'every_gpu' },
  { name: 'no fence before a block counts itself', file: 'device/combine.h', find: '  __threadfence();\n  __syncthreads();', replace: '  __syncthreads();', module: 'per_channel', filter: 'prelu', thread: true },
  { name: 'blocks count themselves without an atomic', file: 'device/combine.h', find: `atomicAdd(\n        ${counter}, 1u);`, replace: `(*(${counter}))++;`, module: 'per_channel', filter: 'prelu', thread: true },
];
