// The dropout mask, regenerated from (seed, counter).
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_DROPOUT_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_DROPOUT_H_

#include "formulas.h"

namespace cuda_activations {
namespace cuda {

/// Whether element `index` is kept.
CA_DEVICE bool IsKept(const DropoutArguments& dropout, int64 index) {
  const uint64 element = static_cast<uint64>(index);
  const uint64 group = element / math::kPhiloxGroup;
  unsigned word[4];
  math::Philox(dropout.seed, dropout.counter,
               group * math::kPhiloxLanes + element % math::kPhiloxLanes, word);
  const unsigned which =
      static_cast<unsigned>(element % math::kPhiloxGroup) / math::kPhiloxLanes;
  // Selections instead of an index, which would put the words into memory.
  const unsigned low = which & 1u ? word[1] : word[0];
  const unsigned high = which & 1u ? word[3] : word[2];
  const unsigned chosen = which & 2u ? high : low;
  return chosen >= dropout.threshold;
}

/// One bit for each of the `lanes` elements from `index` on: whether it is
/// kept. Not inlined: the code is as long as many a kernel.
CA_NOINLINE unsigned KeptLanes(DropoutArguments dropout, int64 index,
                               int lanes) {
  unsigned kept = 0;
#pragma unroll 1
  for (int i = 0; i < lanes; ++i) {
    kept |= static_cast<unsigned>(IsKept(dropout, index + i)) << i;
  }
  return kept;
}

/// Scales the elements from `index` on that are kept, and sets the rest to 0.
template <int lanes>
CA_DEVICE void Drop(const DropoutArguments& dropout, int64 index,
                    float (&value)[lanes]) {
  const unsigned kept = KeptLanes(dropout, index, lanes);
  CA_UNROLL
  for (int i = 0; i < lanes; ++i) {
    value[i] = kept >> i & 1u ? value[i] * dropout.scale : 0.0f;
  }
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_DROPOUT_H_
