// The logistic function s(x) = 1 / (1 + exp(-x)) and its complement, both to
// full relative precision.
#ifndef CUDA_ACTIVATIONS_MATH_LOGISTIC_H_
#define CUDA_ACTIVATIONS_MATH_LOGISTIC_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

/// s(x).
template <class T>
CA_FN T Logistic(T x) {
  const T z = ExpOfMinusAbs(x);
  return Quotient(x < T(0) ? z : T(1), T(1) + z);
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
