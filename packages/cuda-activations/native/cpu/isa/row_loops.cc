// Forward and backward of the functions of a whole row. Sums are taken in
// lanes, and in double after so many elements that the lanes' rounding stays
// small however long the row is.
#include "../../generated/rowwise_headers.inc"
#include "blocks.h"
#include "isa_kernels.h"
#include "isa_tables.h"

CA_MATH_BEGIN

namespace {

#if defined(__AVX512F__)
constexpr int kVectorBytes = 64;
#elif defined(__AVX__)
constexpr int kVectorBytes = 32;
#else
constexpr int kVectorBytes = 16;
#endif

template <class T, int bytes = kVectorBytes>
struct VectorOf {
  typedef T Type __attribute__((vector_size(bytes)));
};
template <class T, int bytes = kVectorBytes>
using Vector = typename VectorOf<T, bytes>::Type;

/// Half `half` of a vector.
template <class T, int bytes>
CA_FN Vector<T, bytes / 2> Half(const Vector<T, bytes>& v, int half) {
  Vector<T, bytes / 2> part;
  __builtin_memcpy(&part, reinterpret_cast<const char*>(&v) + half * bytes / 2,
                   bytes / 2);
  return part;
}

/// f of all lanes: of vectors by halves, in registers.
template <class T, int bytes = kVectorBytes, class F>
CA_FN T FoldVector(const Vector<T, bytes>& v, const F& f) {
  if constexpr (bytes > 16) {
    return FoldVector<T, bytes / 2>(
        f(Half<T, bytes>(v, 0), Half<T, bytes>(v, 1)), f);
  } else if constexpr (sizeof(T) == 8) {
    return f(v[0], v[1]);
  } else {
    return f(f(v[0], v[2]), f(v[1], v[3]));
  }
}

template <class T>
constexpr T kLowest = sizeof(T) == 4 ? T(-__FLT_MAX__) : T(-__DBL_MAX__);

/// A block of lanes in registers.
template <class T>
struct Lanes {
  static constexpr int kLanes = kVectorBytes / sizeof(T);
  static constexpr int kVectors = kBlock<T> / kLanes;
  Vector<T> vector[kVectors];

  CA_FN explicit Lanes(T value) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) vector[v] = Vector<T>{} + value;
  }
  CA_FN static Vector<T> Load(const T* p) {
    Vector<T> v;
    __builtin_memcpy(&v, p, kVectorBytes);
    return v;
  }
  CA_FN void Add(const T* p) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) vector[v] += Load(p + v * kLanes);
  }
  /// The larger of each; a NaN of p is left out.
  CA_FN void Raise(const T* p) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v) {
      const Vector<T> x = Load(p + v * kLanes);
      vector[v] = x > vector[v] ? x : vector[v];
    }
  }
  CA_FN void Store(T* p) const {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; ++v)
      __builtin_memcpy(p + v * kLanes, &vector[v], kVectorBytes);
  }
};

/// f of all of `vectors`, pairwise.
template <class T, int count, class F>
CA_FN T Fold(Vector<T> (&vectors)[count], const F& f) {
#pragma GCC unroll 8
  for (int width = count / 2; width > 0; width /= 2) {
#pragma GCC unroll 8
    for (int v = 0; v < width; ++v)
      vectors[v] = f(vectors[v], vectors[v + width]);
  }
  return FoldVector<T>(vectors[0], f);
}

/// The last block of n elements, of which `first` and later lie behind the last
/// whole block. It is read before anything is written (the work may be in
/// place), and written whole: the elements before `first` come out as before.
template <class T>
struct Tail {
  static constexpr int block = kBlock<T>;
  T in[block];
  const int64_t n;
  const int first;

  CA_FN Tail(const T* x, int64_t count)
      : n(count), first(block - static_cast<int>(count % block)) {
    if (n >= block) {
      __builtin_memcpy(in, x + n - block, sizeof in);
    } else {
      for (int j = 0; j < block; ++j) in[j] = T(0);
      CopyTail(x, in + first, n);
    }
  }
  CA_FN bool exists() const { return first < block; }
  CA_FN void Put(const T* from, T* to) const {
    if (n >= block) {
      __builtin_memcpy(to + n - block, from, sizeof in);
    } else {
      CopyTail(from + first, to, n);
    }
  }
};

/// Asks for the n elements that lie `ahead` behind x. Before a row is computed
/// on it is read once, which is over before memory has answered.
template <class T>
CA_FN void PrefetchAfter(const T* x, int64_t n, int64_t ahead) {
  const char* const from = reinterpret_cast<const char*>(x + ahead);
  const int64_t bytes = n * static_cast<int64_t>(sizeof(T));
  for (int64_t i = 0; i < bytes; i += 64) __builtin_prefetch(from + i);
}

/// y[i] = f(x[i]).
template <class T, class F>
CA_FN void MapRow(const F& f, const T* x, T* y, int64_t n) {
  constexpr int block = kBlock<T>;
  const Tail<T> tail(x, n);
  for (int64_t i = 0; i + block <= n; i += block) {
#pragma GCC ivdep
    for (int j = 0; j < block; ++j) y[i + j] = f(x[i + j]);
  }
  if (!tail.exists()) return;
  T out[block];
  for (int j = 0; j < block; ++j) out[j] = f(tail.in[j]);
  tail.Put(out, y);
}

/// z[i] = f(x[i], y[i]).
template <class T, class F>
CA_FN void MapRow(const F& f, const T* x, const T* y, T* z, int64_t n) {
  constexpr int block = kBlock<T>;
  const Tail<T> left(x, n), right(y, n);
  for (int64_t i = 0; i + block <= n; i += block) {
#pragma GCC ivdep
    for (int j = 0; j < block; ++j) z[i + j] = f(x[i + j], y[i + j]);
  }
  if (!left.exists()) return;
  T out[block];
  for (int j = 0; j < block; ++j) out[j] = f(left.in[j], right.in[j]);
  left.Put(out, z);
}

template <class T>
T MaxOf(const T* x, int64_t n) {
  constexpr int block = kBlock<T>;
  Lanes<T> most(kLowest<T>);
  for (int64_t i = 0; i + block <= n; i += block) most.Raise(x + i);
  const Tail<T> tail(x, n);
  if (tail.exists()) {
    T lane[block];
    for (int j = 0; j < block; ++j)
      lane[j] = j < tail.first ? kLowest<T> : tail.in[j];
    most.Raise(lane);
  }
  return Fold<T>(most.vector,
                 [](auto a, auto b) CA_LAMBDA { return a > b ? a : b; });
}

// Blocks that lanes of T add up before double takes over.
constexpr int kBlocksInLanes = 8;

/// A sum over blocks of terms.
template <class T>
struct Total {
  Lanes<T> lanes = Lanes<T>(T(0));
  int blocks = 0;
  double total[kBlock<T>] = {};

  CA_FN void Add(const T* term) {
    lanes.Add(term);
    if (++blocks == kBlocksInLanes) Flush();
  }
  CA_FN void Flush() {
    T lane[kBlock<T>];
    lanes.Store(lane);
    for (int j = 0; j < kBlock<T>; ++j) total[j] += lane[j];
    lanes = Lanes<T>(T(0));
    blocks = 0;
  }
  CA_FN double Sum() {
    Flush();
    constexpr int lanes_of_double = Lanes<double>::kLanes;
    Vector<double> vector[kBlock<T> / lanes_of_double];
    __builtin_memcpy(vector, total, sizeof vector);
    return Fold<double>(vector, [](auto a, auto b) CA_LAMBDA { return a + b; });
  }
};

/// Sum of f(x[i]); with `terms`, these too.
template <bool keep, class T, class F>
CA_FN double SumOf(const F& f, const T* x, T* terms, int64_t n) {
  constexpr int block = kBlock<T>;
  Total<T> total;
  T term[block];
  const Tail<T> tail(x, n);
  for (int64_t i = 0; i + block <= n; i += block) {
    for (int j = 0; j < block; ++j) term[j] = f(x[i + j]);
    if constexpr (keep) CopyTail(term, terms + i, block);
    total.Add(term);
  }
  if (tail.exists()) {
    for (int j = 0; j < block; ++j) term[j] = f(tail.in[j]);
    if constexpr (keep) tail.Put(term, terms);
    for (int j = 0; j < block; ++j) term[j] = j < tail.first ? T(0) : term[j];
    total.Add(term);
  }
  return total.Sum();
}

/// Sum of f(x[i], y[i]) and of g(x[i]).
template <bool counts, class T, class F, class G>
CA_FN void SumPair(const F& f, const G& g, const T* x, const T* y, int64_t n,
                   double* sum, double* count) {
  constexpr int block = kBlock<T>;
  Total<T> total, number;
  T term[block], one[block];
  for (int64_t i = 0; i + block <= n; i += block) {
    for (int j = 0; j < block; ++j) term[j] = f(x[i + j], y[i + j]);
    total.Add(term);
    if constexpr (counts) {
      for (int j = 0; j < block; ++j) one[j] = g(x[i + j]);
      number.Add(one);
    }
  }
  const Tail<T> left(x, n), right(y, n);
  if (left.exists()) {
    for (int j = 0; j < block; ++j) {
      const T both = f(left.in[j], right.in[j]);
      term[j] = j < left.first ? T(0) : both;
    }
    total.Add(term);
    if constexpr (counts) {
      for (int j = 0; j < block; ++j) {
        const T is = g(left.in[j]);
        one[j] = j < left.first ? T(0) : is;
      }
      number.Add(one);
    }
  }
  *sum += total.Sum();
  if constexpr (counts) *count += number.Sum();
}

template <class F>
constexpr bool kIsThreshold = F::kStatistic == RowStatistic::kThreshold;

/// Sum and number of the elements above a threshold below the maximum.
template <class T>
void Members(const T* x, int64_t n, RowPasses* row) {
  const T max = static_cast<T>(row->max);
  const T threshold = static_cast<T>(row->threshold);
  using Search = ThresholdSearch<T>;
  SumPair<true>(
      [max, threshold](T v, T) CA_LAMBDA {
        const T d = v - max;
        return Search::IsMember(d, threshold) ? d : T(0);
      },
      [max, threshold](T v) CA_LAMBDA {
        return Search::IsMember(v - max, threshold) ? T(1) : T(0);
      },
      x, x, n, &row->sum, &row->count);
}

/// Sum of exp(x[i] - max); with `terms`, these too.
template <bool keep, class T>
CA_FN double SumOfExponentials(const T* x, T* terms, int64_t n, T max) {
  return SumOf<keep>([max](T v) CA_LAMBDA { return ExpOfDifference(v, max); },
                     x, terms, n);
}

/// The first pass: the maximum and, for exponentials, their sum below it. The
/// terms of the whole row go to `terms` where F keeps them.
template <class F, bool keep, class T>
CA_FN void FirstPass(const T* x, T* terms, int64_t n, RowPasses* row) {
  const T before = static_cast<T>(row->max);
  const T here = MaxOf(x, n);
  const T max = before > here ? before : here;
  row->max = max;
  if constexpr (!kIsThreshold<F>) {
    if (row->sum != 0) row->sum *= ExpOfDifference(before, max);
    row->sum += SumOfExponentials<keep>(x, terms, n, max);
  }
}

template <class F, class T>
void Reduce(const T* x, int64_t n, RowPasses* row) {
  if (!kIsThreshold<F> || row->pass == 0) {
    FirstPass<F, false>(x, static_cast<T*>(nullptr), n, row);
  } else {
    Members(x, n, row);
  }
}

template <class F, class T>
bool Again(RowPasses* row) {
  if constexpr (kIsThreshold<F>) {
    bool again = true;
    if (row->pass++ > 0) {
      ThresholdSearch<double> search;
      search.members = row->members;
      again = search.Refine(row->sum, row->count);
      row->members = search.members;
      row->threshold = row->statistic = search.threshold;
    }
    row->sum = row->count = 0;
    return again;
  } else {
    row->statistic = F::Statistic(static_cast<T>(row->sum));
    return false;
  }
}

template <class F, class T>
CA_FN void MapValues(T max, T statistic, const T* x, T* y, int64_t n) {
  MapRow([max, statistic](T v)
             CA_LAMBDA { return F::Value(v, max, statistic); },
         x, y, n);
}

template <class F, class T>
void MapPasses(const RowPasses& row, const T* x, T* y, int64_t n) {
  MapValues<F>(static_cast<T>(row.max), static_cast<T>(row.statistic), x, y, n);
}

/// The last step of a whole row; where F keeps its terms, y holds them.
template <class F, class T>
CA_FN void Finish(T max, T statistic, const T* x, T* y, int64_t n) {
  if constexpr (F::kKeepsTerms) {
    MapRow([statistic](T term) CA_LAMBDA { return term * statistic; }, y, y, n);
  } else {
    MapValues<F>(max, statistic, x, y, n);
  }
}

/// Room for a block of rows shorter than a block, which are taken together, a
/// lane for each.
template <class T>
constexpr int kShortRows = kBlock<T> * kBlock<T>;

/// Element j of up to kBlock rows of n, in lanes: at[j * kBlock + row].
template <class T>
CA_FN void Transpose(const T* x, int64_t rows, int64_t n, T* at) {
  constexpr int block = kBlock<T>;
  if (rows == block) {
    for (int64_t j = 0; j < n; ++j) {
      for (int r = 0; r < block; ++r) at[j * block + r] = x[r * n + j];
    }
    return;
  }
  for (int64_t i = 0; i < n * block; ++i) at[i] = T(0);
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t j = 0; j < n; ++j) at[j * block + r] = x[r * n + j];
  }
}

template <class T>
CA_FN void TransposeBack(const T* at, int64_t rows, int64_t n, T* y) {
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t j = 0; j < n; ++j) y[r * n + j] = at[j * kBlock<T> + r];
  }
}

/// f(index of an element in lanes, row) for all of n elements.
template <class T, class F>
CA_FN void ForLanes(int64_t n, const F& f) {
  constexpr int block = kBlock<T>;
  for (int64_t j = 0; j < n; ++j) {
#pragma GCC ivdep
    for (int r = 0; r < block; ++r) f(j * block + r, r);
  }
}

template <class F, class T>
void ForwardShort(const T* x, T* y, int64_t rows, int64_t n) {
  constexpr int block = kBlock<T>;
  T at[kShortRows<T>], max[block], statistic[block];
  double sum[block] = {};
  Transpose(x, rows, n, at);
  for (int r = 0; r < block; ++r) max[r] = kLowest<T>;
  ForLanes<T>(n, [&](int64_t i, int r)
                     CA_LAMBDA { max[r] = at[i] > max[r] ? at[i] : max[r]; });
  if constexpr (kIsThreshold<F>) {
    double count[block];
    ThresholdSearch<double> search[block];
    for (bool again = true; again;) {
      for (int r = 0; r < block; ++r) {
        statistic[r] = static_cast<T>(search[r].threshold);
        sum[r] = count[r] = 0;
      }
      ForLanes<T>(n, [&](int64_t i, int r) CA_LAMBDA {
        const T d = at[i] - max[r];
        const bool member = ThresholdSearch<T>::IsMember(d, statistic[r]);
        sum[r] += member ? d : T(0);
        count[r] += member ? T(1) : T(0);
      });
      again = false;
      // A lane that has its threshold finds it again.
      for (int r = 0; r < block; ++r)
        again |= search[r].Refine(sum[r], count[r]);
    }
    for (int r = 0; r < block; ++r)
      statistic[r] = static_cast<T>(search[r].threshold);
  } else {
    ForLanes<T>(n, [&](int64_t i, int r) CA_LAMBDA {
      const T term = ExpOfDifference(at[i], max[r]);
      sum[r] += term;
      if constexpr (F::kKeepsTerms) at[i] = term;
    });
    for (int r = 0; r < block; ++r)
      statistic[r] = F::Statistic(static_cast<T>(sum[r]));
  }
  ForLanes<T>(n, [&](int64_t i, int r) CA_LAMBDA {
    if constexpr (F::kKeepsTerms) {
      at[i] = at[i] * statistic[r];
    } else {
      at[i] = F::Value(at[i], max[r], statistic[r]);
    }
  });
  TransposeBack(at, rows, n, y);
}

template <class F, class T>
void BackwardShort(const T* y, const T* dy, T* dx, int64_t rows, int64_t n) {
  constexpr int block = kBlock<T>;
  T at[kShortRows<T>], up[kShortRows<T>], mean[block];
  double sum[block] = {}, count[block] = {};
  Transpose(y, rows, n, at);
  Transpose(dy, rows, n, up);
  ForLanes<T>(n, [&](int64_t i, int r)
                     CA_LAMBDA { sum[r] += F::Weight(at[i], up[i]); });
  if constexpr (F::kCountsMembers) {
    ForLanes<T>(n, [&](int64_t i, int r)
                       CA_LAMBDA { count[r] += at[i] > T(0) ? T(1) : T(0); });
  }
  for (int r = 0; r < block; ++r) {
    const double divisor = F::kCountsMembers && count[r] > 0 ? count[r] : 1;
    mean[r] = static_cast<T>(sum[r] / divisor);
  }
  ForLanes<T>(n, [&](int64_t i, int r)
                     CA_LAMBDA { at[i] = F::Gradient(at[i], up[i], mean[r]); });
  TransposeBack(at, rows, n, dx);
}

/// Up to a block of rows, step by step: what a row waits for, the next ones
/// fill.
template <class F, class T>
void ForwardTogether(const T* x, T* y, int64_t rows, int64_t n) {
  constexpr int block = kBlock<T>;
  T max[block], sum[block], statistic[block];
  for (int r = 0; r < block; ++r) sum[r] = T(1);
  for (int64_t r = 0; r < rows; ++r) max[r] = MaxOf(x + r * n, n);
  for (int64_t r = 0; r < rows; ++r) {
    PrefetchAfter(x + r * n, n, block * n);
    sum[r] = static_cast<T>(
        SumOfExponentials<F::kKeepsTerms>(x + r * n, y + r * n, n, max[r]));
  }
  for (int r = 0; r < block; ++r) statistic[r] = F::Statistic(sum[r]);
  for (int64_t r = 0; r < rows; ++r)
    Finish<F>(max[r], statistic[r], x + r * n, y + r * n, n);
}

// Rows up to this long are taken in blocks, which stay in the first-level
// cache: what a row costs beside its elements counts.
constexpr int kTogether = 128;

template <class F, class T>
void Forward(const T* x, T* y, int64_t rows, int64_t n) {
  if (n < kBlock<T>) {
    for (int64_t r = 0; r < rows; r += kBlock<T>) {
      const int64_t rest = rows - r;
      ForwardShort<F>(x + r * n, y + r * n, rest < kBlock<T> ? rest : kBlock<T>,
                      n);
    }
    return;
  }
  if constexpr (!kIsThreshold<F>) {
    if (n <= kTogether) {
      for (int64_t r = 0; r < rows; r += kBlock<T>) {
        const int64_t rest = rows - r;
        ForwardTogether<F>(x + r * n, y + r * n,
                           rest < kBlock<T> ? rest : kBlock<T>, n);
      }
      return;
    }
  }
  for (int64_t r = 0; r < rows; ++r, x += n, y += n) {
    RowPasses row;
    if constexpr (F::kKeepsTerms) {
      // In place is right too: the maximum is known before a term is stored.
      FirstPass<F, true>(x, y, n, &row);
      Again<F, T>(&row);
    } else {
      do {
        Reduce<F>(x, n, &row);
      } while (Again<F, T>(&row));
    }
    Finish<F>(static_cast<T>(row.max), static_cast<T>(row.statistic), x, y, n);
  }
}

template <class F, class T>
void BackwardReduce(const T* y, const T* dy, int64_t n, RowPasses* row) {
  SumPair<F::kCountsMembers>([](T v, T g) CA_LAMBDA { return F::Weight(v, g); },
                             [](T v)
                                 CA_LAMBDA { return v > T(0) ? T(1) : T(0); },
                             y, dy, n, &row->sum, &row->count);
}

template <class F, class T>
void BackwardMap(const RowPasses& row, const T* y, const T* dy, T* dx,
                 int64_t n) {
  const T sum = static_cast<T>(
      F::kCountsMembers && row.count > 0 ? row.sum / row.count : row.sum);
  MapRow([sum](T v, T g) CA_LAMBDA { return F::Gradient(v, g, sum); }, y, dy,
         dx, n);
}

template <class F, class T>
void Backward(const T* y, const T* dy, T* dx, int64_t rows, int64_t n) {
  if (n < kBlock<T>) {
    for (int64_t r = 0; r < rows; r += kBlock<T>) {
      const int64_t rest = rows - r;
      BackwardShort<F>(y + r * n, dy + r * n, dx + r * n,
                       rest < kBlock<T> ? rest : kBlock<T>, n);
    }
    return;
  }
  for (int64_t r = 0; r < rows; ++r, y += n, dy += n, dx += n) {
    if (n <= kTogether) {
      PrefetchAfter(y, n, 1024);
      PrefetchAfter(dy, n, 1024);
    }
    RowPasses row;
    BackwardReduce<F>(y, dy, n, &row);
    BackwardMap<F>(row, y, dy, dx, n);
  }
}

template <template <class> class F, class T>
constexpr RowLoops<T> kLoopsOf = {Forward<F<T>, T>,    Backward<F<T>, T>,
                                  Reduce<F<T>, T>,     Again<F<T>, T>,
                                  MapPasses<F<T>, T>,  BackwardReduce<F<T>, T>,
                                  BackwardMap<F<T>, T>};

#define CA_ROWWISE(Name) kLoopsOf<Name, T>,
template <class T>
constexpr RowLoops<T> kLoops[] = {
#include "../../generated/rowwise_functors.inc"
};
#undef CA_ROWWISE

}  // namespace

void SetRowLoops(IsaKernels* kernels) {
  kernels->row_float = kLoops<float>;
  kernels->row_double = kLoops<double>;
}

CA_MATH_END
