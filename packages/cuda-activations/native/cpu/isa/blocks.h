// Runs an element loop in blocks of fixed length, which the compiler turns into
// straight vector code; the remainder goes through padded buffers, so that no
// element takes a scalar path and an element's result never depends on its
// place.
#ifndef CUDA_ACTIVATIONS_CPU_ISA_BLOCKS_H_
#define CUDA_ACTIVATIONS_CPU_ISA_BLOCKS_H_

#include <stdint.h>

#include "../../math/common.h"

CA_MATH_BEGIN

// 128 bytes: two 512-bit vectors in flight.
template <class T>
constexpr int kBlock = 128 / sizeof(T);

template <class T>
CA_FN void CopyTail(const T* from, T* to, int64_t n) {
  __builtin_memcpy(to, from, static_cast<unsigned long>(n) * sizeof(T));
}

/// A block of an operand as values. The compiler may not sink the load into
/// what f does with an element: it would mask it, and neither prefetcher nor
/// load units like masked loads (a backward pass took twice the time).
template <class T>
struct Loaded {
  T value[kBlock<T>];
  CA_FN explicit Loaded(const T* from) {
    __builtin_memcpy(value, from, sizeof value);
    asm volatile("" : "+m"(value));
  }
};

/// y[i] = f(x[i]).
template <class T, class F>
CA_FN void Map(const F& f, const T* x, T* y, int64_t n) {
  constexpr int block = kBlock<T>;
  int64_t i = 0;
  for (; i + block <= n; i += block) {
#pragma GCC ivdep
    for (int j = 0; j < block; ++j) y[i + j] = f(x[i + j]);
  }
  if (i == n) return;
  T in[block] = {}, out[block];
  CopyTail(x + i, in, n - i);
  for (int j = 0; j < block; ++j) out[j] = f(in[j]);
  CopyTail(out, y + i, n - i);
}

/// z[i] = f(x[i], y[i]).
template <class T, class F>
CA_FN void Map(const F& f, const T* x, const T* y, T* z, int64_t n) {
  constexpr int block = kBlock<T>;
  int64_t i = 0;
  for (; i + block <= n; i += block) {
    const Loaded<T> a(x + i), b(y + i);
#pragma GCC ivdep
    for (int j = 0; j < block; ++j) z[i + j] = f(a.value[j], b.value[j]);
  }
  if (i == n) return;
  T in[2][block] = {}, out[block];
  CopyTail(x + i, in[0], n - i);
  CopyTail(y + i, in[1], n - i);
  for (int j = 0; j < block; ++j) out[j] = f(in[0][j], in[1][j]);
  CopyTail(out, z + i, n - i);
}

/// w[i] = f(x[i], y[i], z[i]).
template <class T, class F>
CA_FN void Map(const F& f, const T* x, const T* y, const T* z, T* w,
               int64_t n) {
  constexpr int block = kBlock<T>;
  int64_t i = 0;
  for (; i + block <= n; i += block) {
#pragma GCC ivdep
    for (int j = 0; j < block; ++j) w[i + j] = f(x[i + j], y[i + j], z[i + j]);
  }
  if (i == n) return;
  T in[3][block] = {}, out[block];
  CopyTail(x + i, in[0], n - i);
  CopyTail(y + i, in[1], n - i);
  CopyTail(z + i, in[2], n - i);
  for (int j = 0; j < block; ++j) out[j] = f(in[0][j], in[1][j], in[2][j]);
  CopyTail(out, w + i, n - i);
}

/// (v[i], w[i]) = f(x[i], y[i], z[i]).
template <class T, class F>
CA_FN void MapPair(const F& f, const T* x, const T* y, const T* z, T* v, T* w,
                   int64_t n) {
  constexpr int block = kBlock<T>;
  int64_t i = 0;
  for (; i + block <= n; i += block) {
#pragma GCC ivdep
    for (int j = 0; j < block; ++j)
      f(x[i + j], y[i + j], z[i + j], &v[i + j], &w[i + j]);
  }
  if (i == n) return;
  T in[3][block] = {}, out[2][block];
  CopyTail(x + i, in[0], n - i);
  CopyTail(y + i, in[1], n - i);
  CopyTail(z + i, in[2], n - i);
  for (int j = 0; j < block; ++j)
    f(in[0][j], in[1][j], in[2][j], &out[0][j], &out[1][j]);
  CopyTail(out[0], v + i, n - i);
  CopyTail(out[1], w + i, n - i);
}

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_CPU_ISA_BLOCKS_H_
