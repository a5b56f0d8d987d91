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

/// phi(a) for |a| <= 40.
template <class T>
CA_FN T NormalDensity(T a) {
  const T c = Min(T(sizeof(T) == 4 ? 15.0 : 38.6), Abs(a));
  return ExpOfHalfSquareScaled(c) *
         (Scaling<T>::kUnscale * T(0.398942280401432678));
}

/// The pieces of x Phi(x) and its derivative at |x|.
struct FloatNormalTail {
  float x, a, e, numerator, denominator;
  CA_FN explicit FloatNormalTail(float input) : x(input) {
    a = Min(15.0f, Abs(input));
    e = ExpOfHalfSquareScaled(a);
    numerator = Numerator(a);
    denominator = Denominator(a);
  }
  /// Phi(-a) exp(a^2 / 2) = N(a) / D(a); relative error 2^-26.4.
  CA_FN static float Numerator(float a) {
    const float n[] = {0.5f, 0.437541574f, 0.182664156f, 0.040437188f,
                       0.00408620667f};
    return Polynomial(a, n);
  }
  CA_FN static float Denominator(float a) {
    const float d[] = {1.0f,         1.67296803f,  1.20015943f,
                       0.467960387f, 0.101367638f, 0.0102424771f};
    return Polynomial(a, d);
  }
  /// a Phi(-a).
  CA_FN float Moment() const {
    return Quotient(a * numerator, denominator) * e * Scaling<float>::kUnscale;
  }
  /// Phi(x) + x phi(x).
  CA_FN float Derivative() const {
    const float tail =
        e * MulAdd(a, -0.398942280f, Quotient(numerator, denominator)) *
        Scaling<float>::kUnscale;
    return x < 0.0f ? tail : 1.0f - tail;
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
    const double t = tail - a * NormalDensity(a);
    return x < 0.0 ? t : 1.0 - t;
  }
};

CA_FN FloatNormalTail NormalTail(float x) { return FloatNormalTail(x); }
CA_FN DoubleNormalTail NormalTail(double x) { return DoubleNormalTail(x); }

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_NORMAL_TAIL_H_
