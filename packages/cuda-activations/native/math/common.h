// What every formula is made of: exact bit operations, selections that keep
// NaN, and multiply-add. Host and device, no standard header.
#ifndef CUDA_ACTIVATIONS_MATH_COMMON_H_
#define CUDA_ACTIVATIONS_MATH_COMMON_H_

#if defined(__CUDACC__)
#define CA_FN __host__ __device__ __forceinline__
#else
#define CA_FN inline __attribute__((always_inline))
#endif

// Each instruction set compiles these headers in a namespace of its own, so
// that the linker never mixes them up.
#ifndef CA_ISA
#define CA_ISA portable
#endif
#define CA_MATH_BEGIN          \
  namespace cuda_activations { \
  namespace math {             \
  inline namespace CA_ISA {
#define CA_MATH_END \
  }                 \
  }                 \
  }

#if defined(__FMA__) || defined(__ARM_FEATURE_FMA) || defined(__CUDA_ARCH__)
#define CA_HAS_FMA 1
#else
#define CA_HAS_FMA 0
#endif

CA_MATH_BEGIN

CA_FN int Bits(float x) {
#if defined(__CUDA_ARCH__)
  return __float_as_int(x);
#else
  int bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
#endif
}

CA_FN float FromBits(int bits) {
#if defined(__CUDA_ARCH__)
  return __int_as_float(bits);
#else
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
#endif
}

CA_FN long long Bits(double x) {
#if defined(__CUDA_ARCH__)
  return __double_as_longlong(x);
#else
  long long bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
#endif
}

CA_FN double FromBits(long long bits) {
#if defined(__CUDA_ARCH__)
  return __longlong_as_double(bits);
#else
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
#endif
}

/// a b + c, fused where the machine has it. For terms whose rounding does not
/// decide the stated error.
CA_FN float MulAdd(float a, float b, float c) {
#if defined(__CUDA_ARCH__) || CA_HAS_FMA
  return __builtin_fmaf(a, b, c);
#else
  return a * b + c;
#endif
}
CA_FN double MulAdd(double a, double b, double c) {
#if defined(__CUDA_ARCH__) || CA_HAS_FMA
  return __builtin_fma(a, b, c);
#else
  return a * b + c;
#endif
}

/// a b + c with the product exact, on every machine: for compensated sums.
CA_FN float ExactMulAdd(float a, float b, float c) {
#if defined(__CUDA_ARCH__) || CA_HAS_FMA
  return __builtin_fmaf(a, b, c);
#else
  return static_cast<float>(static_cast<double>(a) * b + c);
#endif
}
/// In double the products are left rounded where there is no fused multiply.
CA_FN double ExactMulAdd(double a, double b, double c) {
  return MulAdd(a, b, c);
}

/// min and max that return x where x is NaN.
template <class T>
CA_FN T Min(T limit, T x) {
  return limit < x ? limit : x;
}
template <class T>
CA_FN T Max(T limit, T x) {
  return limit > x ? limit : x;
}

CA_FN float Abs(float x) { return FromBits(Bits(x) & 0x7fffffff); }
CA_FN double Abs(double x) { return FromBits(Bits(x) & 0x7fffffffffffffffLL); }

/// min(limit, |x|) by the bits, which costs less; limit, not NaN, for a NaN.
CA_FN float MinMagnitude(float limit, float x) {
#if defined(__CUDA_ARCH__)
  return fminf(limit, fabsf(x));  // one instruction
#else
  const int magnitude = Bits(x) & 0x7fffffff;
  return FromBits(magnitude < Bits(limit) ? magnitude : Bits(limit));
#endif
}
CA_FN double MinMagnitude(double limit, double x) { return Min(limit, Abs(x)); }

/// magnitude (not negative) with the sign of x.
CA_FN float WithSign(float magnitude, float x) {
  return FromBits(Bits(magnitude) | (Bits(x) & static_cast<int>(0x80000000u)));
}
CA_FN double WithSign(double magnitude, double x) {
  return FromBits(Bits(magnitude) |
                  (Bits(x) & static_cast<long long>(0x8000000000000000ULL)));
}

/// value, or x where that is a NaN.
template <class T>
CA_FN T OrNan(T x, T value) {
  return x == x ? value : x;
}

/// negative where x < 0, positive where x > 0, either for +-0 and NaN. By the
/// bits: comparisons of 512-bit vectors take units that multiply (Zen 4).
CA_FN float SelectBySign(float x, float negative, float positive) {
#if defined(__CUDA_ARCH__)
  return Bits(x) < 0 ? negative : positive;
#else
  const int mask = Bits(x) >> 31;
  return FromBits(Bits(positive) ^ ((Bits(negative) ^ Bits(positive)) & mask));
#endif
}
template <class T>
CA_FN T SelectBySign(T x, T negative, T positive) {
  return x < T(0) ? negative : positive;
}

/// Correctly rounded; within 0.51 units in the last place where a device has
/// CA_RECIPROCAL_ROOT(x), within two units of 1 / sqrt(x), instead.
CA_FN float SquareRoot(float x) {
#if defined(CA_RECIPROCAL_ROOT)
  // Scaled by 2^64 where the remainder would be subnormal.
  const bool small = x < 7.9e-31f;
  const float scaled = small ? x * 18446744073709551616.0f : x;
  const float reciprocal = CA_RECIPROCAL_ROOT(scaled);
  const float root = scaled * reciprocal;
  const float corrected =
      MulAdd(MulAdd(-root, root, scaled), 0.5f * reciprocal, root);
  const float value = small ? corrected * 2.3283064365386963e-10f : corrected;
  return (x > 0.0f) & (x < __builtin_inff()) ? value : x;
#else
  return __builtin_sqrtf(x);
#endif
}
CA_FN double SquareRoot(double x) { return __builtin_sqrt(x); }

/// a / b for finite a, 2^-126 <= |b| <= 2^126 and a quotient that is no
/// subnormal number. Within 0.51 units in the last place also where a device
/// has no division but CA_RECIPROCAL(b), within one unit of 1 / b: the
/// remainder of the first quotient corrects it.
CA_FN float Quotient(float a, float b) {
#if defined(CA_RECIPROCAL)
  const float reciprocal = CA_RECIPROCAL(b);
  const float quotient = a * reciprocal;
  return MulAdd(MulAdd(-b, quotient, a), reciprocal, quotient);
#else
  return a / b;
#endif
}
CA_FN double Quotient(double a, double b) { return a / b; }

/// c[0] + c[1] x + ... by Horner's rule.
template <class T, int n>
CA_FN T Polynomial(T x, const T (&c)[n]) {
  T sum = c[n - 1];
#pragma GCC unroll 16
  for (int i = n - 2; i >= 0; --i) sum = MulAdd(sum, x, c[i]);
  return sum;
}

/// The same, the products of the last two steps exact on every machine.
template <class T, int n>
CA_FN T PolynomialExactEnd(T x, const T (&c)[n]) {
  T sum = c[n - 1];
#pragma GCC unroll 16
  for (int i = n - 2; i >= 2; --i) sum = MulAdd(sum, x, c[i]);
  return ExactMulAdd(ExactMulAdd(sum, x, c[1]), x, c[0]);
}

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_COMMON_H_
