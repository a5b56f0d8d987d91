// The logistic function s(x) = 1 / (1 + exp(-x)) and its complement, both to
// full relative precision.
#ifndef CUDA_ACTIVATIONS_MATH_LOGISTIC_H_
#define CUDA_ACTIVATIONS_MATH_LOGISTIC_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

/// first, about numerator / (1 + z), with its error corrected by `excess`, the
/// numerator minus first: what is left after first z, a remainder in which
/// neither the rounding of 1 + z nor the quotient's is lost.
CA_FN float CorrectedQuotient(float first, float excess, float z) {
  // 1 / (1 + z) to 4 %.
  return MulAdd(ExactMulAdd(-first, z, excess), MulAdd(-0.4857f, z, 0.9713f),
                first);
}

/// numerator / (1 + z) for a finite numerator and 0 <= z <= 1, rounded once:
/// numerator - first is exact, as first is at least half of it.
CA_FN float QuotientByOnePlus(float numerator, float z) {
  const float first = Quotient(numerator, 1.0f + z);
  return CorrectedQuotient(first, numerator - first, z);
}
CA_FN double QuotientByOnePlus(double numerator, double z) {
  return numerator / (1.0 + z);
}

/// a b / (1 + z), likewise; a b need not be a float.
CA_FN float ProductByOnePlus(float a, float b, float z) {
  const float first = Quotient(a * b, 1.0f + z);
  return CorrectedQuotient(first, ExactMulAdd(a, b, -first), z);
}
CA_FN double ProductByOnePlus(double a, double b, double z) {
  return a * b / (1.0 + z);
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
  return QuotientByOnePlus(x < T(0) ? z : T(1), z);
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
