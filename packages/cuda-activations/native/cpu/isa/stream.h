// Non-temporal stores: whole aligned vectors that go past the caches. Whoever
// calls a loop that streams fences it.
#ifndef CUDA_ACTIVATIONS_CPU_ISA_STREAM_H_
#define CUDA_ACTIVATIONS_CPU_ISA_STREAM_H_

#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "../../math/common.h"

CA_MATH_BEGIN

#if defined(__AVX512F__)
using StreamVector = __m512i;
CA_FN void Stream(void* to, StreamVector v) {
  _mm512_stream_si512(static_cast<StreamVector*>(to), v);
}
#elif defined(__AVX__)
using StreamVector = __m256i;
CA_FN void Stream(void* to, StreamVector v) {
  _mm256_stream_si256(static_cast<StreamVector*>(to), v);
}
#elif defined(__x86_64__)
using StreamVector = __m128i;
CA_FN void Stream(void* to, StreamVector v) {
  _mm_stream_si128(static_cast<StreamVector*>(to), v);
}
#else
struct StreamVector {
  char bytes[16];
};
CA_FN void Stream(void* to, StreamVector v) {
  __builtin_memcpy(to, &v, sizeof v);
}
#endif

/// Bytes from `to` to where a StreamVector may go.
CA_FN int64_t BytesToAligned(const void* to) {
  return -reinterpret_cast<intptr_t>(to) &
         static_cast<int64_t>(sizeof(StreamVector) - 1);
}

/// `bytes`: a multiple of a vector, known where this is compiled; `to` aligned.
template <int bytes>
CA_FN void StreamBlock(const void* from, void* to) {
#pragma GCC unroll 8
  for (int i = 0; i < bytes; i += static_cast<int>(sizeof(StreamVector))) {
    StreamVector v;
    __builtin_memcpy(&v, static_cast<const char*>(from) + i, sizeof v);
    Stream(static_cast<char*>(to) + i, v);
  }
}

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_CPU_ISA_STREAM_H_
