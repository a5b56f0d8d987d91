// APL: max(0, x) + sum_s a_s max(0, b_s - x), forward and backward. Columns
// with parameters of their own keep them, and the sums of their gradients, in
// registers over a tile of rows; a span shares one set.
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

template <class T>
struct VectorOf {
  typedef T Type __attribute__((vector_size(kVectorBytes)));
};
template <class T>
using Vector = typename VectorOf<T>::Type;
template <class T>
constexpr int kVectorLanes = kVectorBytes / sizeof(T);

template <class T>
CA_FN Vector<T> Load(const T* p) {
  Vector<T> v;
  __builtin_memcpy(&v, p, kVectorBytes);
  return v;
}
template <class T>
CA_FN void Store(T* p, Vector<T> v) {
  __builtin_memcpy(p, &v, kVectorBytes);
}
/// `stream`: past the caches, to an aligned place.
template <bool stream, class T>
CA_FN void StoreResult(T* p, Vector<T> v) {
  if constexpr (stream) {
    StreamBlock<kVectorBytes>(&v, p);
  } else {
    Store(p, v);
  }
}
template <class T>
CA_FN Vector<T> Broadcast(T x) {
  return Vector<T>{} + x;
}

/// max(0, x) that keeps a NaN. In 512 bits g++ makes a comparison and a masked
/// move of the selection; its _mm512_max_ps warns of its own header.
template <class T>
CA_FN Vector<T> Positive(Vector<T> x) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    return reinterpret_cast<Vector<T>>(_mm512_maskz_max_ps(
        -1, _mm512_setzero_ps(), reinterpret_cast<__m512>(x)));
  } else {
    return reinterpret_cast<Vector<T>>(_mm512_maskz_max_pd(
        -1, _mm512_setzero_pd(), reinterpret_cast<__m512d>(x)));
  }
#else
  const Vector<T> zero = {};
  return zero > x ? zero : x;
#endif
}

/// Parameters of one vector of columns, S of them known at compile time.
template <class T, int S, bool biased = false>
struct Held {
  Vector<T> a[S], b[S], bias;
};

template <class T, int S, bool biased>
CA_FN Vector<T> Value(const Held<T, S, biased>& held, Vector<T> x) {
  if constexpr (biased) x += held.bias;
  Vector<T> sum = Positive<T>(x);
#pragma GCC unroll 16
  for (int s = 0; s < S; ++s) sum += held.a[s] * Positive<T>(held.b[s] - x);
  return sum;
}

template <class T, int S, bool biased>
CA_FN Vector<T> Gradient(const Held<T, S, biased>& held, Vector<T> x,
                         Vector<T> dy, Vector<T> (&moment)[S],
                         Vector<T> (&count)[S]) {
  const Vector<T> zero = {};
  if constexpr (biased) x += held.bias;
  Vector<T> slope = x > zero ? zero + T(1) : zero;
#pragma GCC unroll 16
  for (int s = 0; s < S; ++s) {
    const Vector<T> d = held.b[s] - x;
    slope = d > zero ? slope - held.a[s] : slope;
    moment[s] += dy * Positive<T>(d);
    count[s] = d > zero ? count[s] + dy : count[s];
  }
  return dy * slope;
}

/// Elements from what is read now to what is asked for.
template <class T>
constexpr int64_t kAhead = 4096 / sizeof(T);

/// The same in whole rows, a tile at least.
template <class T>
CA_FN int64_t Ahead(int64_t stride) {
  const int64_t rows = kAhead<T> / stride + 1;
  return stride * (rows < kAplRows ? kAplRows : rows);
}

/// Parameters of the vector of columns from c on.
template <class T, int S, bool biased>
CA_FN Held<T, S, biased> Load(const AplColumns<T>& columns, int64_t c,
                              int64_t parameters) {
  Held<T, S, biased> held;
#pragma GCC unroll 16
  for (int s = 0; s < S; ++s) {
    held.a[s] = Load(columns.a + c + s * parameters);
    held.b[s] = Load(columns.b + c + s * parameters);
  }
  if constexpr (biased) held.bias = Load(columns.bias + c);
  return held;
}

/// Calls f(first row, end) for tiles.
template <class F>
CA_FN void ForTiles(int64_t rows, const F& f) {
  for (int64_t first = 0; first < rows; first += kAplRows) {
    const int64_t end = first + kAplRows;
    f(first, end < rows ? end : rows);
  }
}

template <class T, int S, bool biased, bool stream>
void Forward(const AplBlock& block, const T* x, const AplColumns<T>& columns,
             T* y) {
  const int64_t stride = block.stride, out_stride = block.out_stride;
  const int64_t ahead = Ahead<T>(stride);
  ForTiles(block.rows, [&](int64_t first, int64_t end) CA_LAMBDA {
    for (int64_t c = 0; c < block.columns; c += kVectorLanes<T>) {
      const Held<T, S, biased> held =
          Load<T, S, biased>(columns, c, block.parameters);
      const T* from = x + first * stride + c;
      T* to = y + first * out_stride + c;
      for (int64_t r = first; r < end; ++r) {
        __builtin_prefetch(from + ahead);
        StoreResult<stream>(to, Value(held, Load(from)));
        from += stride;
        to += out_stride;
      }
    }
  });
}

template <class T, int S, bool biased, bool stream>
void Backward(const AplBlock& block, const T* x, const AplColumns<T>& columns,
              const T* dy, T* dx, const AplSums<T>& sums) {
  const int64_t stride = block.stride, out_stride = block.out_stride;
  const int64_t ahead = Ahead<T>(stride);
  ForTiles(block.rows, [&](int64_t first, int64_t end) CA_LAMBDA {
    for (int64_t c = 0; c < block.columns; c += kVectorLanes<T>) {
      const Held<T, S, biased> held =
          Load<T, S, biased>(columns, c, block.parameters);
      Vector<T> moments[S] = {}, counts[S] = {}, total = {};
      const T* from = x + first * stride + c;
      const T* up = dy + first * stride + c;
      T* to = dx + first * out_stride + c;
      for (int64_t r = first; r < end; ++r) {
        __builtin_prefetch(from + ahead);
        __builtin_prefetch(up + ahead);
        const Vector<T> gradient =
            Gradient(held, Load(from), Load(up), moments, counts);
        if constexpr (biased) total += gradient;
        StoreResult<stream>(to, gradient);
        from += stride;
        up += stride;
        to += out_stride;
      }
#pragma GCC unroll 16
      for (int s = 0; s < S; ++s) {
        T* const m = sums.moment + s * block.parameters + c;
        T* const k = sums.count + s * block.parameters + c;
        Store(m, Load(m) + moments[s]);
        Store(k, Load(k) + counts[s]);
      }
      if constexpr (biased) Store(sums.dx + c, Load(sums.dx + c) + total);
    }
  });
}

/// Any number of segments: parameters and sums are read per vector.
template <class T>
void ForwardMany(const AplBlock& block, const T* x,
                 const AplColumns<T>& columns, T* y) {
  for (int64_t r = 0; r < block.rows; ++r) {
    for (int64_t c = 0; c < block.columns; c += kVectorLanes<T>) {
      Vector<T> v = Load(x + r * block.stride + c);
      if (columns.bias != nullptr) v += Load(columns.bias + c);
      Vector<T> sum = Positive<T>(v);
      for (int64_t s = 0; s < block.segments; ++s) {
        const int64_t at = s * block.parameters + c;
        const Vector<T> d = Load(columns.b + at) - v;
        sum += Load(columns.a + at) * Positive<T>(d);
      }
      Store(y + r * block.out_stride + c, sum);
    }
  }
}

template <class T>
void BackwardMany(const AplBlock& block, const T* x,
                  const AplColumns<T>& columns, const T* dy, T* dx,
                  const AplSums<T>& sums) {
  const Vector<T> zero = {};
  for (int64_t r = 0; r < block.rows; ++r) {
    for (int64_t c = 0; c < block.columns; c += kVectorLanes<T>) {
      Vector<T> v = Load(x + r * block.stride + c);
      if (columns.bias != nullptr) v += Load(columns.bias + c);
      const Vector<T> g = Load(dy + r * block.stride + c);
      Vector<T> slope = v > zero ? zero + T(1) : zero;
      for (int64_t s = 0; s < block.segments; ++s) {
        const int64_t at = s * block.parameters + c;
        const Vector<T> d = Load(columns.b + at) - v;
        slope = d > zero ? slope - Load(columns.a + at) : slope;
        T *const m = sums.moment + at, *const k = sums.count + at;
        Store(m, Load(m) + g * Positive<T>(d));
        Store(k, Load(k) + (d > zero ? g : zero));
      }
      const Vector<T> gradient = g * slope;
      if (columns.bias != nullptr)
        Store(sums.dx + c, Load(sums.dx + c) + gradient);
      Store(dx + r * block.out_stride + c, gradient);
    }
  }
}

/// Sum of the lanes, in halves.
template <class T>
CA_FN T Total(Vector<T> v) {
  T lane[kVectorLanes<T>];
  Store(lane, v);
  for (int width = kVectorLanes<T> / 2; width > 0; width /= 2) {
    for (int j = 0; j < width; ++j) lane[j] += lane[j + width];
  }
  return lane[0];
}

/// A span of n elements: whole(i) at the places where a vector fits, and, where
/// `stream`, `to` is aligned; part(i, elements) for what is around them.
template <bool stream, class T, class Whole, class Part>
CA_FN void ForSpan(const T* to, int64_t n, const Whole& whole,
                   const Part& part) {
  constexpr int lanes = kVectorLanes<T>;
  int64_t i = 0;
  if constexpr (stream) {
    const int64_t head = BytesToAligned(to) / static_cast<int64_t>(sizeof(T));
    i = head < n ? head : n;
    if (i > 0) part(0, i);
  }
  for (; i + lanes <= n; i += lanes) whole(i);
  if (i < n) part(i, n - i);
}

template <class T, int S>
CA_FN Held<T, S> Broadcast(const AplColumns<T>& columns, int64_t parameters) {
  Held<T, S> held;
#pragma GCC unroll 16
  for (int s = 0; s < S; ++s) {
    held.a[s] = Broadcast(columns.a[s * parameters]);
    held.b[s] = Broadcast(columns.b[s * parameters]);
  }
  return held;
}

template <class T, int S, bool stream>
void ForwardShared(const AplBlock& block, const T* x,
                   const AplColumns<T>& columns, T* y) {
  const Held<T, S> held = Broadcast<T, S>(columns, block.parameters);
  for (int64_t r = 0; r < block.rows; ++r) {
    const T* const from = x + r * block.stride;
    T* const to = y + r * block.out_stride;
    ForSpan<stream>(
        to, block.columns,
        [&](int64_t i) CA_LAMBDA {
          __builtin_prefetch(from + i + kAhead<T>);
          StoreResult<stream>(to + i, Value(held, Load(from + i)));
        },
        [&](int64_t i, int64_t n) CA_LAMBDA {
          T in[kVectorLanes<T>] = {}, out[kVectorLanes<T>];
          CopyTail(from + i, in, n);
          Store(out, Value(held, Load(in)));
          CopyTail(out, to + i, n);
        });
  }
}

template <class T, int S, bool stream>
void BackwardShared(const AplBlock& block, const T* x,
                    const AplColumns<T>& columns, const T* dy, T* dx,
                    const AplSums<T>& sums) {
  const Held<T, S> held = Broadcast<T, S>(columns, block.parameters);
  Vector<T> moments[S] = {}, counts[S] = {};
  for (int64_t r = 0; r < block.rows; ++r) {
    const T* const from = x + r * block.stride;
    const T* const up = dy + r * block.stride;
    T* const to = dx + r * block.out_stride;
    ForSpan<stream>(
        to, block.columns,
        [&](int64_t i) CA_LAMBDA {
          __builtin_prefetch(from + i + kAhead<T>);
          __builtin_prefetch(up + i + kAhead<T>);
          StoreResult<stream>(to + i, Gradient(held, Load(from + i),
                                               Load(up + i), moments, counts));
        },
        [&](int64_t i, int64_t n) CA_LAMBDA {
          T in[2][kVectorLanes<T>] = {}, out[kVectorLanes<T>];
          CopyTail(from + i, in[0], n);
          CopyTail(up + i, in[1], n);
          Store(out, Gradient(held, Load(in[0]), Load(in[1]), moments, counts));
          CopyTail(out, to + i, n);
        });
  }
#pragma GCC unroll 16
  for (int s = 0; s < S; ++s) {
    sums.moment[s * block.parameters] += Total<T>(moments[s]);
    sums.count[s * block.parameters] += Total<T>(counts[s]);
  }
}

/// Any number of segments.
template <class T>
void ForwardSharedMany(const AplBlock& block, const T* x,
                       const AplColumns<T>& columns, T* y) {
  constexpr int lanes = kVectorLanes<T>;
  T in[lanes] = {}, out[lanes];
  for (int64_t r = 0; r < block.rows; ++r) {
    for (int64_t i = 0; i < block.columns; i += lanes) {
      const int64_t rest = block.columns - i;
      const int64_t width = rest < lanes ? rest : lanes;
      CopyTail(x + r * block.stride + i, in, width);
      const Vector<T> v = Load(in);
      Vector<T> sum = Positive<T>(v);
      for (int64_t s = 0; s < block.segments; ++s) {
        const Vector<T> d = columns.b[s * block.parameters] - v;
        sum += columns.a[s * block.parameters] * Positive<T>(d);
      }
      Store(out, sum);
      CopyTail(out, y + r * block.out_stride + i, width);
    }
  }
}

template <class T>
void BackwardSharedMany(const AplBlock& block, const T* x,
                        const AplColumns<T>& columns, const T* dy, T* dx,
                        const AplSums<T>& sums) {
  constexpr int lanes = kVectorLanes<T>;
  const Vector<T> zero = {};
  T out[lanes];
  for (int64_t r = 0; r < block.rows; ++r) {
    for (int64_t i = 0; i < block.columns; i += lanes) {
      const int64_t rest = block.columns - i;
      const int64_t width = rest < lanes ? rest : lanes;
      T in[2][lanes] = {};
      CopyTail(x + r * block.stride + i, in[0], width);
      CopyTail(dy + r * block.stride + i, in[1], width);
      const Vector<T> v = Load(in[0]), g = Load(in[1]);
      Vector<T> slope = v > zero ? zero + T(1) : zero;
      for (int64_t s = 0; s < block.segments; ++s) {
        const int64_t at = s * block.parameters;
        const Vector<T> d = columns.b[at] - v;
        slope = d > zero ? slope - columns.a[at] : slope;
        sums.moment[at] += Total<T>(g * Positive<T>(d));
        sums.count[at] += Total<T>(d > zero ? g : zero);
      }
      Store(out, g * slope);
      CopyTail(out, dx + r * block.out_stride + i, width);
    }
  }
}

// More segments than this do not fit the registers.
constexpr int kMost = 8;

template <class T, int S, bool biased>
constexpr AplLoops<T> kOwn = {
    {Forward<T, S, biased, false>, Forward<T, S, biased, true>},
    {Backward<T, S, biased, false>, Backward<T, S, biased, true>}};
template <class T, int S>
constexpr AplLoops<T> kShared = {
    {ForwardShared<T, S, false>, ForwardShared<T, S, true>},
    {BackwardShared<T, S, false>, BackwardShared<T, S, true>}};
template <class T>
constexpr AplLoops<T> kMany = {{ForwardMany<T>, nullptr},
                               {BackwardMany<T>, nullptr}};
template <class T>
constexpr AplLoops<T> kSharedMany = {{ForwardSharedMany<T>, nullptr},
                                     {BackwardSharedMany<T>, nullptr}};

/// By the kind of parameters and the number of segments; the first entry takes
/// any number.
template <class T>
constexpr AplLoops<T> kLoops[3][kMost + 1] = {
    {kMany<T>, kOwn<T, 1, false>, kOwn<T, 2, false>, kOwn<T, 3, false>,
     kOwn<T, 4, false>, kOwn<T, 5, false>, kOwn<T, 6, false>, kOwn<T, 7, false>,
     kOwn<T, 8, false>},
    {kMany<T>, kOwn<T, 1, true>, kOwn<T, 2, true>, kOwn<T, 3, true>,
     kOwn<T, 4, true>, kOwn<T, 5, true>, kOwn<T, 6, true>, kOwn<T, 7, true>,
     kOwn<T, 8, true>},
    {kSharedMany<T>, kShared<T, 1>, kShared<T, 2>, kShared<T, 3>, kShared<T, 4>,
     kShared<T, 5>, kShared<T, 6>, kShared<T, 7>, kShared<T, 8>}};

template <class T>
const AplLoops<T>& Loops(int64_t segments, AplParameterKind kind) {
  return kLoops<T>[static_cast<int>(kind)][segments <= kMost ? segments : 0];
}

}  // namespace

void SetAplLoops(IsaKernels* kernels) {
  kernels->apl_float = Loops<float>;
  kernels->apl_double = Loops<double>;
}

CA_MATH_END
