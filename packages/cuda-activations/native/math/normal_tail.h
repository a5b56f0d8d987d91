// The tail of the normal distribution to full relative precision, as Mills'
// ratio times a compensated exp(-a^2 / 2).
#ifndef CUDA_ACTIVATIONS_MATH_NORMAL_TAIL_H_
#define CUDA_ACTIVATIONS_MATH_NORMAL_TAIL_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

/// 2^64 exp(-a^2 / 2), 0 <= a <= 15. The product a^2 is exact where the
/// reduction subtracts n ln2 from it.
CA_FN float ExpOfHalfSquareScaled(float a) {
  const float h = -0.5f * a;
  const float square = h * a;
  return ExpScaled(square, ExactMulAdd(h, a, -square));
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

/// a Phi(-a) exp(a^2 / 2) as a n(a) / d(a) up to a = 1.25, where it goes to 0,
/// and beyond as c + m(a) / d(a), where it goes to c and m's rounding errors no
/// longer count. Relative errors 2^-26.2 and 2^-27; scripts/fits/float32.py.
struct FloatNormalTail {
  float x, a, e, denominator;
  CA_FN explicit FloatNormalTail(float input) : x(input) {
    a = MinMagnitude(15.0f, input);
    e = ExpOfHalfSquareScaled(a);
    const float d[] = {1.0f,         1.67500746f,  1.20324099f,
                       0.469870925f, 0.101959467f, 0.0103235003f};
    denominator = PolynomialExactEnd(a, d);
  }
  /// a Phi(-a).
  CA_FN float Moment() const {
    const bool near = a < 1.25f;
    const float c[] = {near ? 0.43856132f : -0.168238819f,
                       near ? 0.183391124f : -0.0414675176f,
                       near ? 0.0406734683f : -0.00406232942f,
                       near ? 0.00411852589f : -2.91577226e-06f};
    // The last step multiplies by a, too: one rounding where a is small.
    const float sum = Polynomial(a, c) * (near ? a : 1.0f);
    const float numerator =
        ExactMulAdd(sum, a, near ? 0.5f * a : -0.398946524f);
    const float moment =
        Quotient(numerator, denominator) + (near ? 0.0f : 0.398946643f);
    return moment * e * Scaling<float>::kUnscale;
  }
  /// Phi(x) + x phi(x).
  CA_FN float Derivative() const {
    const float n[] = {0.5f, 0.43856132f, 0.183391124f, 0.0406734683f,
                       0.00411852589f};
    const float ratio = Quotient(Polynomial(a, n), denominator);
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
  CA_FN double Moment() const { return a * tail; }
  CA_FN double Derivative() const {
    const double t = tail - TimesNormalDensity(a, a);
    return x < 0.0 ? t : 1.0 - t;
  }
};

CA_FN FloatNormalTail NormalTail(float x) { return FloatNormalTail(x); }
CA_FN DoubleNormalTail NormalTail(double x) { return DoubleNormalTail(x); }

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_NORMAL_TAIL_H_
