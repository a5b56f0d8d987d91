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
template <class T>
CA_FN Vector<T> Broadcast(T x) {
  return Vector<T>{} + x;
}

/// Parameters of one vector of columns, S of them known at compile time.
template <class T, int S>
struct Held {
  Vector<T> a[S], b[S];
};

template <class T, int S>
CA_FN Vector<T> Value(const Held<T, S>& held, Vector<T> x) {
  const Vector<T> zero = {};
  Vector<T> sum = zero > x ? zero : x;
#pragma GCC unroll 16
  for (int s = 0; s < S; ++s) {
    const Vector<T> d = held.b[s] - x;
    sum += held.a[s] * (zero > d ? zero : d);
  }
  return sum;
}

template <class T, int S>
CA_FN Vector<T> Gradient(const Held<T, S>& held, Vector<T> x, Vector<T> dy,
                         Vector<T> (&moment)[S], Vector<T> (&count)[S]) {
  const Vector<T> zero = {};
  Vector<T> slope = x > zero ? zero + T(1) : zero;
#pragma GCC unroll 16
  for (int s = 0; s < S; ++s) {
    const Vector<T> d = held.b[s] - x;
    slope = d > zero ? slope - held.a[s] : slope;
    moment[s] += dy * (zero > d ? zero : d);
    count[s] = d > zero ? count[s] + dy : count[s];
  }
  return dy * slope;
}

// Rows between two visits of a column: their lines stay in the first cache.
constexpr int64_t kTileRows = 64;

template <class T, int S>
void Forward(const AplBlock& block, const T* x, const T* a, const T* b, T* y) {
  const int64_t stride = block.stride, out_stride = block.out_stride;
  for (int64_t first = 0; first < block.rows; first += kTileRows) {
    const int64_t end = first + kTileRows;
    const int64_t last = end < block.rows ? end : block.rows;
    for (int64_t c = 0; c < block.columns; c += kVectorLanes<T>) {
      Held<T, S> held;
#pragma GCC unroll 16
      for (int s = 0; s < S; ++s) {
        held.a[s] = Load(a + s * block.parameters + c);
        held.b[s] = Load(b + s * block.parameters + c);
      }
      for (int64_t r = first; r < last; ++r) {
        const T* const from = x + r * stride + c;
        __builtin_prefetch(from + kTileRows * stride);
        Store(y + r * out_stride + c, Value(held, Load(from)));
      }
    }
  }
}

template <class T, int S>
void Backward(const AplBlock& block, const T* x, const T* a, const T* b,
              const T* dy, T* dx, T* moment, T* count) {
  const int64_t stride = block.stride, out_stride = block.out_stride;
  for (int64_t first = 0; first < block.rows; first += kTileRows) {
    const int64_t end = first + kTileRows;
    const int64_t last = end < block.rows ? end : block.rows;
    for (int64_t c = 0; c < block.columns; c += kVectorLanes<T>) {
      Held<T, S> held;
      Vector<T> moments[S] = {}, counts[S] = {};
#pragma GCC unroll 16
      for (int s = 0; s < S; ++s) {
        held.a[s] = Load(a + s * block.parameters + c);
        held.b[s] = Load(b + s * block.parameters + c);
      }
      for (int64_t r = first; r < last; ++r) {
        const int64_t at = r * stride + c;
        __builtin_prefetch(x + at + kTileRows * stride);
        __builtin_prefetch(dy + at + kTileRows * stride);
        Store(dx + r * out_stride + c,
              Gradient(held, Load(x + at), Load(dy + at), moments, counts));
      }
#pragma GCC unroll 16
      for (int s = 0; s < S; ++s) {
        T* const m = moment + s * block.parameters + c;
        T* const k = count + s * block.parameters + c;
        Store(m, Load(m) + moments[s]);
        Store(k, Load(k) + counts[s]);
      }
    }
  }
}

/// Any number of segments: parameters and sums are read per vector.
template <class T>
void ForwardMany(const AplBlock& block, const T* x, const T* a, const T* b,
                 T* y) {
  const Vector<T> zero = {};
  for (int64_t r = 0; r < block.rows; ++r) {
    for (int64_t c = 0; c < block.columns; c += kVectorLanes<T>) {
      const Vector<T> v = Load(x + r * block.stride + c);
      Vector<T> sum = zero > v ? zero : v;
      for (int64_t s = 0; s < block.segments; ++s) {
        const int64_t at = s * block.parameters + c;
        const Vector<T> d = Load(b + at) - v;
        sum += Load(a + at) * (zero > d ? zero : d);
      }
      Store(y + r * block.out_stride + c, sum);
    }
  }
}

template <class T>
void BackwardMany(const AplBlock& block, const T* x, const T* a, const T* b,
                  const T* dy, T* dx, T* moment, T* count) {
  const Vector<T> zero = {};
  for (int64_t r = 0; r < block.rows; ++r) {
    for (int64_t c = 0; c < block.columns; c += kVectorLanes<T>) {
      const Vector<T> v = Load(x + r * block.stride + c);
      const Vector<T> g = Load(dy + r * block.stride + c);
      Vector<T> slope = v > zero ? zero + T(1) : zero;
      for (int64_t s = 0; s < block.segments; ++s) {
        const int64_t at = s * block.parameters + c;
        const Vector<T> d = Load(b + at) - v;
        slope = d > zero ? slope - Load(a + at) : slope;
        Store(moment + at, Load(moment + at) + g * (zero > d ? zero : d));
        Store(count + at, Load(count + at) + (d > zero ? g : zero));
      }
      Store(dx + r * block.out_stride + c, g * slope);
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

template <class T, int S>
void ForwardShared(const AplBlock& block, const T* x, const T* a, const T* b,
                   T* y) {
  constexpr int lanes = kVectorLanes<T>;
  Held<T, S> held;
#pragma GCC unroll 16
  for (int s = 0; s < S; ++s) {
    held.a[s] = Broadcast(a[s * block.parameters]);
    held.b[s] = Broadcast(b[s * block.parameters]);
  }
  for (int64_t r = 0; r < block.rows; ++r) {
    const T* const from = x + r * block.stride;
    T* const to = y + r * block.out_stride;
    int64_t i = 0;
    for (; i + lanes <= block.columns; i += lanes)
      Store(to + i, Value(held, Load(from + i)));
    if (i == block.columns) continue;
    T in[lanes] = {}, out[lanes];
    CopyTail(from + i, in, block.columns - i);
    Store(out, Value(held, Load(in)));
    CopyTail(out, to + i, block.columns - i);
  }
}

template <class T, int S>
void BackwardShared(const AplBlock& block, const T* x, const T* a, const T* b,
                    const T* dy, T* dx, T* moment, T* count) {
  constexpr int lanes = kVectorLanes<T>;
  Held<T, S> held;
  Vector<T> moments[S] = {}, counts[S] = {};
#pragma GCC unroll 16
  for (int s = 0; s < S; ++s) {
    held.a[s] = Broadcast(a[s * block.parameters]);
    held.b[s] = Broadcast(b[s * block.parameters]);
  }
  for (int64_t r = 0; r < block.rows; ++r) {
    const T* const from = x + r * block.stride;
    const T* const up = dy + r * block.stride;
    T* const to = dx + r * block.out_stride;
    int64_t i = 0;
    for (; i + lanes <= block.columns; i += lanes) {
      Store(to + i,
            Gradient(held, Load(from + i), Load(up + i), moments, counts));
    }
    if (i == block.columns) continue;
    T in[2][lanes] = {}, out[lanes];
    CopyTail(from + i, in[0], block.columns - i);
    CopyTail(up + i, in[1], block.columns - i);
    Store(out, Gradient(held, Load(in[0]), Load(in[1]), moments, counts));
    CopyTail(out, to + i, block.columns - i);
  }
#pragma GCC unroll 16
  for (int s = 0; s < S; ++s) {
    moment[s * block.parameters] += Total<T>(moments[s]);
    count[s * block.parameters] += Total<T>(counts[s]);
  }
}

/// Any number of segments.
template <class T>
void ForwardSharedMany(const AplBlock& block, const T* x, const T* a,
                       const T* b, T* y) {
  constexpr int lanes = kVectorLanes<T>;
  const Vector<T> zero = {};
  T in[lanes] = {}, out[lanes];
  for (int64_t r = 0; r < block.rows; ++r) {
    for (int64_t i = 0; i < block.columns; i += lanes) {
      const int64_t rest = block.columns - i;
      const int64_t width = rest < lanes ? rest : lanes;
      CopyTail(x + r * block.stride + i, in, width);
      const Vector<T> v = Load(in);
      Vector<T> sum = zero > v ? zero : v;
      for (int64_t s = 0; s < block.segments; ++s) {
        const Vector<T> d = b[s * block.parameters] - v;
        sum += a[s * block.parameters] * (zero > d ? zero : d);
      }
      Store(out, sum);
      CopyTail(out, y + r * block.out_stride + i, width);
    }
  }
}

template <class T>
void BackwardSharedMany(const AplBlock& block, const T* x, const T* a,
                        const T* b, const T* dy, T* dx, T* moment, T* count) {
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
        const Vector<T> d = b[at] - v;
        slope = d > zero ? slope - a[at] : slope;
        moment[at] += Total<T>(g * (zero > d ? zero : d));
        count[at] += Total<T>(d > zero ? g : zero);
      }
      Store(out, g * slope);
      CopyTail(out, dx + r * block.out_stride + i, width);
    }
  }
}

// More segments than this do not fit the registers.
constexpr int kMost = 8;

/// By the number of segments; the first entry takes any number.
template <class T>
constexpr AplLoops<T> kLoops[2][kMost + 1] = {
    {{ForwardMany<T>, BackwardMany<T>},
     {Forward<T, 1>, Backward<T, 1>},
     {Forward<T, 2>, Backward<T, 2>},
     {Forward<T, 3>, Backward<T, 3>},
     {Forward<T, 4>, Backward<T, 4>},
     {Forward<T, 5>, Backward<T, 5>},
     {Forward<T, 6>, Backward<T, 6>},
     {Forward<T, 7>, Backward<T, 7>},
     {Forward<T, 8>, Backward<T, 8>}},
    {{ForwardSharedMany<T>, BackwardSharedMany<T>},
     {ForwardShared<T, 1>, BackwardShared<T, 1>},
     {ForwardShared<T, 2>, BackwardShared<T, 2>},
     {ForwardShared<T, 3>, BackwardShared<T, 3>},
     {ForwardShared<T, 4>, BackwardShared<T, 4>},
     {ForwardShared<T, 5>, BackwardShared<T, 5>},
     {ForwardShared<T, 6>, BackwardShared<T, 6>},
     {ForwardShared<T, 7>, BackwardShared<T, 7>},
     {ForwardShared<T, 8>, BackwardShared<T, 8>}}};

template <class T>
const AplLoops<T>& Loops(int64_t segments, bool shared) {
  return kLoops<T>[shared ? 1 : 0][segments <= kMost ? segments : 0];
}

}  // namespace

void SetAplLoops(IsaKernels* kernels) {
  kernels->apl_float = Loops<float>;
  kernels->apl_double = Loops<double>;
}

CA_MATH_END
