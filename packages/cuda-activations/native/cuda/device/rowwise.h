// Functions of a whole row. A team of threads, part of a warp or a whole block,
// walks its row two times (and more for a threshold): once for the row's
// statistic, once for the values; the row comes from the caches from the second
// time on. Sums are compensated, and joined in an order that the row's length
// alone decides.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_ROWWISE_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_ROWWISE_H_

#include "combine.h"

namespace cuda_activations {
namespace cuda {

constexpr int kWarps = kBlockThreads / kWarp;

/// What the warps of a block hand each other.
struct RowScratch {
  float value[kWarps];
};

/// The threads that share a row.
struct RowTeam {
  int threads;  ///< a power of two up to a warp, or all of the block
  int thread;   ///< the thread's number among them
  int64 width;  ///< 0 for a team that has no row
  int64 first;  ///< element of the tensors where the row begins

  /// f(a, b) over the team's values; every thread receives it. f is commutative
  /// to the bit.
  template <class F>
  CA_DEVICE float Reduce(float value, const F& f, RowScratch& scratch) const {
    const int shuffled = threads < kWarp ? threads : kWarp;
    for (int distance = 1; distance < shuffled; distance *= 2) {
      value = f(value, __shfl_xor_sync(kFullWarp, value, distance));
    }
    if (threads <= kWarp) return value;
    if (threadIdx.x % kWarp == 0) scratch.value[threadIdx.x / kWarp] = value;
    __syncthreads();
    value = scratch.value[0];
    CA_UNROLL
    for (int warp = 1; warp < kWarps; ++warp) {
      value = f(value, scratch.value[warp]);
    }
    __syncthreads();
    return value;
  }

  /// Calls step(element) for each vector of the row that the thread takes.
  template <int lanes, class Step>
  CA_DEVICE void Walk(const Step& step) const {
#pragma unroll 1
    for (int64 i = static_cast<int64>(thread) * lanes; i < width;
         i += static_cast<int64>(threads) * lanes) {
      step(first + i);
    }
  }
};

struct Larger {
  CA_DEVICE float operator()(float a, float b) const { return a > b ? a : b; }
};
struct Plus {
  CA_DEVICE float operator()(float a, float b) const { return a + b; }
};

/// A sum in float whose rounding errors are summed as well.
struct CompensatedSum {
  float sum = 0.0f, lost = 0.0f;

  CA_DEVICE void Add(float term) {
    const float corrected = term - lost;
    const float next = sum + corrected;
    const float error = (next - sum) - corrected;
    // An infinite sum has lost nothing.
    lost = math::Abs(next) < __builtin_inff() ? error : 0.0f;
    sum = next;
  }
  /// Neighbours first.
  template <int lanes>
  CA_DEVICE void Add(float (&term)[lanes]) {
    CA_UNROLL
    for (int width = lanes / 2; width > 0; width /= 2) {
      CA_UNROLL
      for (int lane = 0; lane < width; ++lane) {
        term[lane] = term[2 * lane] + term[2 * lane + 1];
      }
    }
    Add(term[0]);
  }
  CA_DEVICE void Scale(float factor) {
    sum *= factor;
    lost *= factor;
  }
};

template <class Element>
CA_DEVICE float ExpOfDifference(float x, float max) {
  using Real = typename Element::Real;
  return float(math::ExpOfDifference(Real(x), Real(max)));
}

// Below every finite number but itself, so that -infinity lies below it.
constexpr float kLowestFloat = -3.402823466e38f;

/// The largest element of the row and the sum of the exponentials below it, in
/// one walk: a larger element scales what was summed before.
template <class Element, int lanes>
CA_DEVICE float SumExponentials(const RowTeam& team, const void* x, float* max,
                                RowScratch& scratch) {
  float most = kLowestFloat;
  CompensatedSum sum;
  team.template Walk<lanes>([&](int64 at) {
    float value[lanes];
    Access<Element, lanes>::Load(x, at, value);
    float next = most;
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) next = Larger()(value[i], next);
    if (next > most) {
      sum.Scale(ExpOfDifference<Element>(most, next));
      most = next;
    }
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) {
      value[i] = ExpOfDifference<Element>(value[i], most);
    }
    sum.Add(value);
  });
  *max = team.Reduce(most, Larger(), scratch);
  sum.Scale(ExpOfDifference<Element>(most, *max));
  return team.Reduce(sum.sum, Plus(), scratch);
}

/// The row's threshold below its largest element.
template <class Element, int lanes>
CA_DEVICE float FindThreshold(const RowTeam& team, const void* x, float* max,
                              RowScratch& scratch) {
  float most = kLowestFloat;
  team.template Walk<lanes>([&](int64 at) {
    float value[lanes];
    Access<Element, lanes>::Load(x, at, value);
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) most = Larger()(value[i], most);
  });
  *max = most = team.Reduce(most, Larger(), scratch);
  using Search = math::ThresholdSearch<float>;
  Search search;
  // The teams of a warp go on together: one that is done finds the same again.
  RowTeam warp = team;
  if (warp.threads < kWarp) warp.threads = kWarp;
  float again = 1.0f;
#pragma unroll 1
  while (again > 0.0f) {
    CompensatedSum sum;
    float count = 0.0f;
    const float threshold = search.threshold;
    team.template Walk<lanes>([&](int64 at) {
      float value[lanes];
      Access<Element, lanes>::Load(x, at, value);
      CA_UNROLL
      for (int i = 0; i < lanes; ++i) {
        const float difference = value[i] - most;
        const bool member = Search::IsMember(difference, threshold);
        value[i] = member ? difference : 0.0f;
        count += member ? 1.0f : 0.0f;
      }
      sum.Add(value);
    });
    const float total = team.Reduce(sum.sum, Plus(), scratch);
    const float members = team.Reduce(count, Plus(), scratch);
    again = search.Refine(total, members) ? 1.0f : 0.0f;
    again = warp.Reduce(again, Larger(), scratch);
  }
  return search.threshold;
}

template <class Element, template <class> class Function, int lanes>
CA_DEVICE void ForwardRow(const RowwiseArguments& p, const RowTeam& team,
                          RowScratch& scratch) {
  using Real = typename Element::Real;
  using F = Function<Real>;
  float max, statistic;
  if constexpr (F::kStatistic == math::RowStatistic::kExponentials) {
    statistic =
        F::Statistic(SumExponentials<Element, lanes>(team, p.x, &max, scratch));
  } else {
    statistic = FindThreshold<Element, lanes>(team, p.x, &max, scratch);
  }
  team.template Walk<lanes>([&](int64 at) {
    float value[lanes];
    Access<Element, lanes>::Load(p.x, at, value);
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) {
      value[i] = float(F::Value(Real(value[i]), Real(max), Real(statistic)));
    }
    Access<Element, lanes>::Store(p.y, at, value);
  });
}

template <class Element, template <class> class Function, int lanes>
CA_DEVICE void BackwardRow(const RowwiseArguments& p, const RowTeam& team,
                           RowScratch& scratch) {
  using Real = typename Element::Real;
  using F = Function<Real>;
  using Lanes = Access<Element, lanes>;
  CompensatedSum sum;
  float count = 0.0f;
  team.template Walk<lanes>([&](int64 at) {
    float y[lanes], dy[lanes];
    Lanes::Load(p.x, at, y);
    Lanes::Load(p.dy, at, dy);
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) {
      if constexpr (F::kCountsMembers) count += y[i] > 0.0f ? 1.0f : 0.0f;
      dy[i] = float(F::Weight(Real(y[i]), Real(dy[i])));
    }
    sum.Add(dy);
  });
  float mean = team.Reduce(sum.sum, Plus(), scratch);
  if constexpr (F::kCountsMembers) {
    count = team.Reduce(count, Plus(), scratch);
    mean = count > 0.0f ? math::Quotient(mean, count) : mean;
  }
  team.template Walk<lanes>([&](int64 at) {
    float y[lanes], dy[lanes];
    Lanes::Load(p.x, at, y);
    Lanes::Load(p.dy, at, dy);
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) {
      y[i] = float(F::Gradient(Real(y[i]), Real(dy[i]), Real(mean)));
    }
    Lanes::Store(p.y, at, y);
  });
}

template <class Element, template <class> class Function, int lanes,
          bool backward>
CA_DEVICE void WalkRows(const RowwiseArguments& p, RowScratch& scratch) {
  const int teams = kBlockThreads >> p.log2_threads;
  RowTeam team;
  team.threads = 1 << p.log2_threads;
  team.thread = static_cast<int>(threadIdx.x) & (team.threads - 1);
  const int number = static_cast<int>(threadIdx.x) >> p.log2_threads;
  // Whole blocks go on together, as their threads exchange values.
#pragma unroll 1
  for (int64 base = static_cast<int64>(blockIdx.x) * teams; base < p.rows;
       base += static_cast<int64>(gridDim.x) * teams) {
    const int64 row = base + number;
    team.width = row < p.rows ? p.width : 0;
    team.first = row * p.width;
    if constexpr (backward) {
      BackwardRow<Element, Function, lanes>(p, team, scratch);
    } else {
      ForwardRow<Element, Function, lanes>(p, team, scratch);
    }
  }
}

template <class Element, template <class> class Function, bool backward>
CA_DEVICE void RowFunction(const RowwiseArguments& p) {
  __shared__ RowScratch scratch;
  if (p.lanes == 1) {
    WalkRows<Element, Function, 1, backward>(p, scratch);
  } else {
    WalkRows<Element, Function, Element::kLanes, backward>(p, scratch);
  }
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_ROWWISE_H_
