// Sums per channel in one launch: threads add in registers, a block adds its
// threads, blocks leave partial sums, and the block that comes last adds those.
// Every step has a fixed order and no floating-point atomic, so that the result
// is the same bits each time.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_COMBINE_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_COMBINE_H_

#include "tile.h"

namespace cuda_activations {
namespace cuda {

constexpr unsigned kFullWarp = 0xffffffffu;
constexpr int kWarp = 32;

/// Memory that the threads of a block add through.
template <int lanes>
struct Scratch {
  float sum[lanes][kBlockThreads];
  int last;
};

/// Adds `value` over the threads whose number agrees modulo `width` (a power of
/// two, at most kBlockThreads); threads below `width` receive the sums.
template <int lanes, int scratch_lanes>
CA_DEVICE void AddColumns(float (&value)[lanes], int width,
                          Scratch<scratch_lanes>& scratch) {
  const int thread = static_cast<int>(threadIdx.x);
  CA_UNROLL
  for (int lane = 0; lane < lanes; ++lane) {
    for (int distance = width; distance < kWarp; distance *= 2) {
      value[lane] += __shfl_xor_sync(kFullWarp, value[lane], distance);
    }
    scratch.sum[lane][thread] = value[lane];
  }
  __syncthreads();
  const int step = width < kWarp ? kWarp : width;
  CA_UNROLL
  for (int lane = 0; lane < lanes; ++lane) {
    float total = 0.0f;
    if (thread < width) {
      for (int i = thread; i < kBlockThreads; i += step) {
        total += scratch.sum[lane][i];
      }
    }
    value[lane] = total;
  }
  __syncthreads();
}

/// Adds a thread's sums over the block and passes each of its channels' to
/// put(channel, sum).
template <int lanes, int scratch_lanes, class Put>
CA_DEVICE void AddBlock(const Tiling& t, const Tile& tile, float (&sum)[lanes],
                        Scratch<scratch_lanes>& scratch, const Put& put) {
  if (t.per_lane) {
    AddColumns(sum, tile.width, scratch);
    const int64 group = tile.first_group + tile.x;
    if (tile.y != 0 || group >= tile.end_group) return;
    CA_UNROLL
    for (int lane = 0; lane < lanes; ++lane) {
      if (lane < t.lanes) put(group * t.lanes + lane, sum[lane]);
    }
  } else {
    float total[1] = {0.0f};
    CA_UNROLL
    for (int lane = 0; lane < lanes; ++lane) total[0] += sum[lane];
    AddColumns(total, 1, scratch);
    if (threadIdx.x == 0) put(tile.channel, total[0]);
  }
}

/// Stores the block's sum number `index` of `sums` for each of its channels:
/// as a partial sum, or by put(index, channel, sum) where there is no other.
template <int lanes, int scratch_lanes, class Put>
CA_DEVICE void StoreSum(const Tiling& t, const Tile& tile,
                        const Combination& combination, int64 index, int64 sums,
                        float (&sum)[lanes], Scratch<scratch_lanes>& scratch,
                        const Put& put) {
  AddBlock(t, tile, sum, scratch, [&](int64 channel, float value) {
    if (combination.parts == 1) {
      put(index, channel, value);
    } else {
      combination.partials[(tile.part * sums + index) * t.channels + channel] =
          value;
    }
  });
}

/// Whether all other blocks of the same channels have stored their partial
/// sums. Every thread of the block gets the same answer.
template <int scratch_lanes>
CA_DEVICE bool IsLastBlock(const Tiling& t, const Tile& tile,
                           const Combination& combination,
                           Scratch<scratch_lanes>& scratch) {
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) {
    const unsigned before = atomicAdd(
        combination.counters + (t.per_lane ? tile.tile : tile.channel), 1u);
    scratch.last = before == static_cast<unsigned>(combination.parts - 1);
    __threadfence();
  }
  __syncthreads();
  return scratch.last != 0;
}

/// The last block adds the partial sums of its channels, in the order of the
/// parts, and passes each to put(index, channel, sum).
template <int scratch_lanes, class Put>
CA_DEVICE void CombineParts(const Tiling& t, const Tile& tile,
                            const Combination& combination, int64 sums,
                            Scratch<scratch_lanes>& scratch, const Put& put) {
  if (combination.parts == 1) return;
  if (!IsLastBlock(t, tile, combination, scratch)) return;
  const int64 first = t.per_lane ? tile.first_group * t.lanes : tile.channel;
  // One tile's channels times the sums of each: far below 2^32.
  const unsigned channels = static_cast<unsigned>(
      t.per_lane ? (tile.end_group - tile.first_group) * t.lanes : 1);
  const unsigned values = static_cast<unsigned>(sums) * channels;
  unsigned width = 1;
  while (width < values && width < kBlockThreads) width *= 2;
  const unsigned x = threadIdx.x & (width - 1);
  const unsigned y = threadIdx.x / width;
  const volatile float* partials = combination.partials;
  for (unsigned begin = 0; begin < values; begin += width) {
    const unsigned value = begin + x;
    const unsigned index = value / channels;
    const int64 channel = first + value % channels;
    float sum[1] = {0.0f};
    if (value < values) {
      for (int64 part = y; part < combination.parts;
           part += kBlockThreads / width) {
        sum[0] += partials[(part * sums + index) * t.channels + channel];
      }
    }
    AddColumns(sum, static_cast<int>(width), scratch);
    if (y == 0 && value < values) put(index, channel, sum[0]);
  }
}

/// The whole way of one sum per channel, from the threads' sums in `scratch` to
/// `result` [channels]. Not inlined: every activation's kernel shares it.
template <class Element, int lanes>
CA_NOINLINE void FinishSums(const Tiling& t, const Combination& combination,
                            void* result, Scratch<lanes>& scratch) {
  const Tile tile(t);
  float sum[lanes];
  CA_UNROLL
  for (int lane = 0; lane < lanes; ++lane) {
    sum[lane] = scratch.sum[lane][threadIdx.x];
  }
  const auto put = [&](int64, int64 channel, float value) {
    const float stored[] = {value};
    Access<Element, 1>::Store(result, channel, stored);
  };
  StoreSum(t, tile, combination, 0, 1, sum, scratch, put);
  CombineParts(t, tile, combination, 1, scratch, put);
}

/// Hands a thread's sums to FinishSums.
template <int lanes>
CA_DEVICE void LeaveSums(const float (&sum)[lanes], Scratch<lanes>& scratch) {
  CA_UNROLL
  for (int lane = 0; lane < lanes; ++lane) {
    scratch.sum[lane][threadIdx.x] = sum[lane];
  }
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_COMBINE_H_
