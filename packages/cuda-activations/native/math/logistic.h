// The logistic function s(x) = 1 / (1 + exp(-x)) and its complement, both to
// full relative precision.
#ifndef CUDA_ACTIVATIONS_MATH_LOGISTIC_H_
#define CUDA_ACTIVATIONS_MATH_LOGISTIC_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

/// (high + low) / (1 + z) for finite high and 0 <= z <= 1, rounded once: the
/// remainder of the first quotient, with what 1 + z lost, corrects it.
CA_FN float QuotientByOnePlus(float high, float low, float z) {
  const float q = 1.0f + z;
  const float lost = z - (q - 1.0f);
  const float first = Quotient(high, q);
  const float remainder =
      MulAdd(-first, lost, ExactMulAdd(-first, q, high) + low);
  // 1 / q to 4 %.
  return MulAdd(remainder, MulAdd(-0.4857f, q, 1.457f), first);
}
CA_FN double QuotientByOnePlus(double high, double low, double z) {
  return (high + low) / (1.0 + z);
}

/// (1 + z)^2 for 0 <= z <= 1, nearly rounded once.
template <class T>
CA_FN T SquareOfOnePlus(T z) {
  return MulAdd(z, z + T(2), T(1));
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
  const T z = scaled * Scaling<T>::kUnscale;
  return Quotient(scaled, SquareOfOnePlus(z)) * Scaling<T>::kUnscale;
}

/// s(w) + a w'(a) s(w) s(-w), the derivative of x s(w(x)) for an odd w: from
/// a = |x|, w'(a), and 2^64 exp(-w(a)). `negative`: whether w(x) < 0.
template <class T>
CA_FN T GateSlope(bool negative, T a, T slope, T scaled) {
  const T z = scaled * Scaling<T>::kUnscale;
  const T reach = negative ? -a : a * z;
  const T sum = MulAdd(reach, slope, T(1) + z);
  const T numerator = negative ? scaled * sum : sum;
  const T y = Quotient(numerator, SquareOfOnePlus(z));
  return negative ? y * Scaling<T>::kUnscale : y;
}

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_LOGISTIC_H_
