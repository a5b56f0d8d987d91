// Element-wise helpers of the channel-wise kernels, and non-temporal copies.
#include "blocks.h"
#include "isa_kernels.h"
#include "isa_tables.h"
#include "stream.h"

CA_MATH_BEGIN

namespace {

template <class T>
void Add(const T* x, const T* y, T* sum, int64_t n) {
  Map([](T a, T b) CA_LAMBDA { return a + b; }, sum, n, x, y);
}

template <class T>
void Multiply(const T* factor, T* y, int64_t n) {
  Map([](T a, T b) CA_LAMBDA { return a == T(0) ? T(0) : a * b; }, y, n, factor,
      y);
}

template <class T>
void PRelu(const T* x, const T* slope, T* y, int64_t n) {
  Map([](T v, T s) CA_LAMBDA { return v > T(0) ? v : s * v; }, y, n, x, slope);
}

// Two passes over registers' worth of data: g++ 12 miscompiles one loop that
// selects both outputs by the same comparison of doubles.
template <class T>
void PReluGradient(const T* x, const T* slope, const T* dy, T* dx, T* dslope,
                   int64_t n) {
  Map([](T v, T d) CA_LAMBDA { return v > T(0) ? T(0) : d * v; }, dslope, n, x,
      dy);
  Map([](T v, T s, T d) CA_LAMBDA { return v > T(0) ? d : s * d; }, dx, n, x,
      slope, dy);
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

/// Bytes around the aligned middle are stored plainly.
void StreamBytes(const char* from, char* to, int64_t n) {
  constexpr int width = sizeof(StreamVector);
  const int64_t to_aligned = BytesToAligned(to);
  int64_t i = to_aligned < n ? to_aligned : n;
  CopyTail(from, to, i);
  for (; i + width <= n; i += width) StreamBlock<width>(from + i, to + i);
  CopyTail(from + i, to + i, n - i);
}

template <class T>
void StreamCopy(const T* x, T* y, int64_t n) {
  StreamBytes(reinterpret_cast<const char*>(x), reinterpret_cast<char*>(y),
              n * static_cast<int64_t>(sizeof(T)));
}

template <class T>
VectorLoops<T> Loops() {
  return {Add<T>,           Multiply<T>, PRelu<T>,
          PReluGradient<T>, Sum<T>,      StreamCopy<T>};
}

}  // namespace

void SetVectorLoops(IsaKernels* kernels) {
  kernels->vector_float = Loops<float>();
  kernels->vector_double = Loops<double>();
  kernels->convert.stream = StreamCopy<uint16_t>;
}

CA_MATH_END
