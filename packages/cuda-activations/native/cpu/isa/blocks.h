// Runs an element loop in blocks of fixed length, which the compiler turns into
// straight vector code; the remainder goes through padded buffers, so that no
// element takes a scalar path and an element's result never depends on its
// place.
#ifndef CUDA_ACTIVATIONS_CPU_ISA_BLOCKS_H_
#define CUDA_ACTIVATIONS_CPU_ISA_BLOCKS_H_

#include <stdint.h>

#include "../../math/common.h"
#include "stream.h"

CA_MATH_BEGIN

// 128 bytes: two 512-bit vectors in flight.
template <class T>
constexpr int kBlock = 128 / sizeof(T);

template <class T>
CA_FN void CopyTail(const T* from, T* to, int64_t n) {
  __builtin_memcpy(to, from, static_cast<unsigned long>(n) * sizeof(T));
}

/// Asks for what a loop over p reads soon, a block at a time: hardware follows
/// a stream to the end of its page only, and a load that the compiler masks by
/// what was computed would start late. An address past the end does no harm.
template <class T>
CA_FN void Prefetch(const T* p) {
  const char* const ahead = reinterpret_cast<const char*>(p) + 2048;
  __builtin_prefetch(ahead);
  __builtin_prefetch(ahead + 64);
}

/// n < kBlock elements and zeros.
template <class T>
struct Padded {
  T value[kBlock<T>] = {};
  Padded(const T* from, int64_t n) { CopyTail(from, value, n); }
};

template <class T, class F, class... In>
CA_FN void MapPadded(const F& f, T* out, int64_t n, const In&... in) {
  T value[kBlock<T>];
  for (int j = 0; j < kBlock<T>; ++j) value[j] = f(in.value[j]...);
  CopyTail(value, out, n);
}
template <class T, class F, class... In>
__attribute__((noinline)) void MapPart(const F& f, T* out, int64_t n,
                                       const In*... in) {
  MapPadded(f, out, n, Padded<T>(in, n)...);
}

/// out[i] = f(in[i]...). `stream`: out goes past the caches and is none of in.
template <bool stream = false, class T, class F, class... In>
CA_FN void Map(const F& f, T* out, int64_t n, const In*... in) {
  constexpr int block = kBlock<T>;
  int64_t i = 0;
  if constexpr (stream) {
    const int64_t head = BytesToAligned(out) / static_cast<int64_t>(sizeof(T));
    i = head < n ? head : n;
    if (i > 0) MapPart(f, out, i, in...);
  }
  for (; i + block <= n; i += block) {
    (Prefetch(in + i), ...);
    if constexpr (stream) {
      alignas(64) T value[block];
#pragma GCC ivdep
      for (int j = 0; j < block; ++j) value[j] = f(in[i + j]...);
      StreamBlock<sizeof value>(value, out + i);
    } else {
#pragma GCC ivdep
      for (int j = 0; j < block; ++j) out[i + j] = f(in[i + j]...);
    }
  }
  if (i < n) MapPart(f, out + i, n - i, (in + i)...);
}

template <class T, class F>
__attribute__((noinline)) void MapPairPart(const F& f, const T* x, const T* y,
                                           const T* z, T* v, T* w, int64_t n) {
  const Padded<T> in[] = {{x, n}, {y, n}, {z, n}};
  T out[2][kBlock<T>];
  for (int j = 0; j < kBlock<T>; ++j)
    f(in[0].value[j], in[1].value[j], in[2].value[j], &out[0][j], &out[1][j]);
  CopyTail(out[0], v, n);
  CopyTail(out[1], w, n);
}

/// (v[i], w[i]) = f(x[i], y[i], z[i]). `stream`: as in Map, and v and w are
/// equal modulo the longest vector.
template <bool stream, class T, class F>
CA_FN void MapPair(const F& f, const T* x, const T* y, const T* z, T* v, T* w,
                   int64_t n) {
  constexpr int block = kBlock<T>;
  int64_t i = 0;
  if constexpr (stream) {
    const int64_t head = BytesToAligned(v) / static_cast<int64_t>(sizeof(T));
    i = head < n ? head : n;
    if (i > 0) MapPairPart(f, x, y, z, v, w, i);
  }
  for (; i + block <= n; i += block) {
    Prefetch(x + i);
    Prefetch(y + i);
    Prefetch(z + i);
    if constexpr (stream) {
      alignas(64) T out[2][block];
#pragma GCC ivdep
      for (int j = 0; j < block; ++j)
        f(x[i + j], y[i + j], z[i + j], &out[0][j], &out[1][j]);
      StreamBlock<sizeof out[0]>(out[0], v + i);
      StreamBlock<sizeof out[1]>(out[1], w + i);
    } else {
#pragma GCC ivdep
      for (int j = 0; j < block; ++j)
        f(x[i + j], y[i + j], z[i + j], &v[i + j], &w[i + j]);
    }
  }
  if (i < n) MapPairPart(f, x + i, y + i, z + i, v + i, w + i, n - i);
}

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_CPU_ISA_BLOCKS_H_
