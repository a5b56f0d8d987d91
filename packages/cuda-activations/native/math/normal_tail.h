// The tail of the normal distribution to full relative precision, as Mills'
// ratio times a compensated exp(-a^2 / 2).
#ifndef CUDA_ACTIVATIONS_MATH_NORMAL_TAIL_H_
#define CUDA_ACTIVATIONS_MATH_NORMAL_TAIL_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

/// 2^64 exp(-a^2 / 2), 0 <= a <= 15, as a power of two of the exact square.
CA_FN float ExpOfHalfSquareScaled(float a) {
  constexpr float high = -0.721347511f, low = -9.62981517e-9f;  // log2(e) / -2
  const float square = a * a;
  const float rest = ExactMulAdd(a, a, -square);
  const BinaryReduction reduction(square, high, low);
  return ExpOfReducedBinary(MulAdd(rest, high, reduction.f)) *
         PowerOfTwo(reduction.n + 64);
}
CA_FN double ExpOfHalfSquareScaled(double a) {
  const double h = -0.5 * a;
  const double square = h * a;
  return ExpScaled(square, ExactMulAdd(h, a, -square));
}

/// factor phi(a), of any a; the product is formed before it can underflow.
template <class T>
CA_FN T TimesNormalDensity(T factor, T a) {
  const T c = Min(T(sizeof(T) == 4 ? 15.0 : 38.6), Abs(a));
  return ExpOfHalfSquareScaled(c) * T(0.398942280401432678) * factor *
         Scaling<T>::kUnscale;
}

struct FloatNormalTail {
  float x, a, e;
  CA_FN explicit FloatNormalTail(float input) : x(input) {
    a = MinMagnitude(15.0f, input);
    e = ExpOfHalfSquareScaled(a);
  }
  /// 2^64 a Phi(-a), as s p(v) exp(-a^2 / 2) with s = a / (a + c) and v, which
  /// goes from one side of 0 to the other: neither where a goes to 0 nor far
  /// out do p's terms cancel. Relative error of p 2^-27.6;
  /// scripts/fits/float32.py.
  CA_FN float ScaledMoment() const {
    const float p[] = {0.81472522f,   1.26100552f,   1.3258394f,
                       0.80236882f,   0.0466962978f, -0.294566214f,
                       -0.084974207f, 0.139200494f,  0.0376053117f,
                       -0.0683175325f};
    const float s = Quotient(a, a + 3.36842108f);
    return Polynomial(0.4375f - s, p) * s * e;
  }
  /// Phi(x) + x phi(x). Mills' ratio n(a) / d(a) to a relative error of
  /// 2^-26.2.
  CA_FN float Derivative() const {
    const float n[] = {0.5f, 0.43856132f, 0.183391124f, 0.0406734683f,
                       0.00411852589f};
    const float d[] = {1.0f,         1.67500746f,  1.20324099f,
                       0.469870925f, 0.101959467f, 0.0103235003f};
    const float ratio = Quotient(Polynomial(a, n), PolynomialExactEnd(a, d));
    const float tail =
        e * MulAdd(a, -0.398942280f, ratio) * Scaling<float>::kUnscale;
    const float derivative = x < 0.0f ? tail : 1.0f - tail;
    return x == x ? derivative : x;  // a was cut to a number
  }
};

struct DoubleNormalTail {
  double x, a, tail;
  CA_FN explicit DoubleNormalTail(double input) : x(input) {
    a = Min(39.0, Abs(input));
    tail = 0.5 * __builtin_erfc(a * 0.70710678118654752440);
  }
  CA_FN double ScaledMoment() const { return a * tail; }
  CA_FN double Derivative() const {
    const double t = tail - TimesNormalDensity(a, a);
    return x < 0.0 ? t : 1.0 - t;
  }
};

CA_FN FloatNormalTail NormalTail(float x) { return FloatNormalTail(x); }
CA_FN DoubleNormalTail NormalTail(double x) { return DoubleNormalTail(x); }

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_NORMAL_TAIL_H_
