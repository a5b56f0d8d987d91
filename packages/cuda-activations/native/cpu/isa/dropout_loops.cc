// The dropout mask, regenerated from (seed, counter).
#include "../philox.h"
#include "blocks.h"
#include "isa_kernels.h"
#include "isa_tables.h"

CA_MATH_BEGIN

namespace {

void Group(uint64_t seed, uint64_t counter, uint32_t threshold, float scale,
           int64_t group, float (&factor)[kPhiloxGroup]) {
  unsigned words[4][kPhiloxLanes];
  for (int lane = 0; lane < kPhiloxLanes; ++lane) {
    unsigned word[4];
    Philox(seed, counter,
           static_cast<unsigned long long>(group) * kPhiloxLanes +
               static_cast<unsigned long long>(lane),
           word);
    for (int w = 0; w < 4; ++w) words[w][lane] = word[w];
  }
  for (int w = 0; w < 4; ++w) {
    for (int lane = 0; lane < kPhiloxLanes; ++lane)
      factor[w * kPhiloxLanes + lane] =
          words[w][lane] < threshold ? 0.0f : scale;
  }
}

void DropoutFactor(uint64_t seed, uint64_t counter, uint32_t threshold,
                   float scale, int64_t first, float* factor, int64_t n) {
  float group[kPhiloxGroup];
  for (int64_t i = 0; i < n;) {
    const int64_t skip = (first + i) % kPhiloxGroup;
    const int64_t rest = kPhiloxGroup - skip;
    const int64_t count = rest < n - i ? rest : n - i;
    Group(seed, counter, threshold, scale, (first + i) / kPhiloxGroup, group);
    CopyTail(group + skip, factor + i, count);
    i += count;
  }
}

}  // namespace

void SetDropoutLoops(IsaKernels* kernels) {
  kernels->dropout_factor = DropoutFactor;
}

CA_MATH_END
