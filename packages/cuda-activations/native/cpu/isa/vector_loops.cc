// Element-wise helpers of the channel-wise kernels, and non-temporal copies.
#include "blocks.h"
#include "isa_kernels.h"
#include "isa_tables.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

CA_MATH_BEGIN

namespace {

template <class T>
void Add(const T* x, const T* y, T* sum, int64_t n) {
  Map([](T a, T b) CA_LAMBDA { return a + b; }, x, y, sum, n);
}

template <class T>
void Multiply(const T* factor, T* y, int64_t n) {
  Map([](T a, T b) CA_LAMBDA { return a == T(0) ? T(0) : a * b; }, factor, y, y,
      n);
}

template <class T>
void PRelu(const T* x, const T* slope, T* y, int64_t n) {
  Map([](T v, T s) CA_LAMBDA { return v > T(0) ? v : s * v; }, x, slope, y, n);
}

// Two passes over registers' worth of data: g++ 12 miscompiles one loop that
// selects both outputs by the same comparison of doubles.
template <class T>
void PReluGradient(const T* x, const T* slope, const T* dy, T* dx, T* dslope,
                   int64_t n) {
  Map([](T v, T d) CA_LAMBDA { return v > T(0) ? T(0) : d * v; }, x, dy, dslope,
      n);
  Map([](T v, T s, T d) CA_LAMBDA { return v > T(0) ? d : s * d; }, x, slope,
      dy, dx, n);
}

/// Lanes of the sum; the same for every instruction set.
constexpr int kLanes = 16;

template <class T>
T Sum(const T* x, int64_t n) {
  T lane[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int j = 0; j < kLanes; ++j) lane[j] += x[i + j];
  }
  for (int j = 0; i + j < n; ++j) lane[j] += x[i + j];
  for (int width = kLanes / 2; width > 0; width /= 2) {
    for (int j = 0; j < width; ++j) lane[j] += lane[j + width];
  }
  return lane[0];
}

#if defined(__AVX512F__)
using Vector = __m512i;
CA_FN void StreamVector(void* to, Vector v) {
  _mm512_stream_si512(static_cast<Vector*>(to), v);
}
#elif defined(__AVX__)
using Vector = __m256i;
CA_FN void StreamVector(void* to, Vector v) {
  _mm256_stream_si256(static_cast<Vector*>(to), v);
}
#elif defined(__x86_64__)
using Vector = __m128i;
CA_FN void StreamVector(void* to, Vector v) {
  _mm_stream_si128(static_cast<Vector*>(to), v);
}
#endif

/// Bytes around the aligned middle are stored plainly. The caller fences once
/// it has stored all that it has to (FenceStores): a fence waits for the
/// memory.
void StreamBytes(const char* from, char* to, int64_t n) {
#if defined(__x86_64__)
  constexpr int64_t width = sizeof(Vector);
  int64_t head = -reinterpret_cast<intptr_t>(to) & (width - 1);
  head = head < n ? head : n;
  __builtin_memcpy(to, from, static_cast<size_t>(head));
  int64_t i = head;
  for (; i + width <= n; i += width) {
    Vector v;
    __builtin_memcpy(&v, from + i, width);
    StreamVector(to + i, v);
  }
  __builtin_memcpy(to + i, from + i, static_cast<size_t>(n - i));
#else
  __builtin_memcpy(to, from, static_cast<size_t>(n));
#endif
}

template <class T>
void Stream(const T* x, T* y, int64_t n) {
  StreamBytes(reinterpret_cast<const char*>(x), reinterpret_cast<char*>(y),
              n * static_cast<int64_t>(sizeof(T)));
}

template <class T>
VectorLoops<T> Loops() {
  return {Add<T>, Multiply<T>, PRelu<T>, PReluGradient<T>, Sum<T>, Stream<T>};
}

}  // namespace

void SetVectorLoops(IsaKernels* kernels) {
  kernels->vector_float = Loops<float>();
  kernels->vector_double = Loops<double>();
  kernels->convert.stream = Stream<uint16_t>;
}

CA_MATH_END
