// The logistic function s(x) = 1 / (1 + exp(-x)) and its complement, both to
// full relative precision.
#ifndef CUDA_ACTIVATIONS_MATH_LOGISTIC_H_
#define CUDA_ACTIVATIONS_MATH_LOGISTIC_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

/// (high + low) / (1 + z) for 0 <= z <= 1, rounded once: the remainder of the
/// first quotient, with what 1 + z lost, corrects it.
CA_FN float QuotientByOnePlus(float high, float low, float z) {
  const float q = 1.0f + z;
  const float lost = z - (q - 1.0f);
  const float first = Quotient(high, q);
  const float remainder =
      ExactMulAdd(-first, q, high) + MulAdd(-first, lost, low);
  // 1 / q to 4 %; an infinite quotient stays.
  const float correction = remainder * MulAdd(-0.4857f, q, 1.457f);
  return Abs(high) < 1e30f ? first + correction : RoughQuotient(high, q);
}
CA_FN double QuotientByOnePlus(double high, double low, double z) {
  return (high + low) / (1.0 + z);
}

/// s(x).
template <class T>
CA_FN T Logistic(T x) {
  const T z = ExpOfMinusAbs(x);
  return QuotientByOnePlus(x < T(0) ? z : T(1), T(0), z);
}

/// s(x) s(-x), the derivative of s.
template <class T>
CA_FN T LogisticSlope(T x) {
  const T scaled = ExpScaled(Max(Scaling<T>::kLowest, -Abs(x)));
  const T q = MulAdd(scaled, Scaling<T>::kUnscale, T(1));
  return Quotient(scaled, q * q) * Scaling<T>::kUnscale;
}

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_LOGISTIC_H_
