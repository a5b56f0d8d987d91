// tanh and its derivative.
#ifndef CUDA_ACTIVATIONS_MATH_HYPERBOLIC_TANGENT_H_
#define CUDA_ACTIVATIONS_MATH_HYPERBOLIC_TANGENT_H_

#include "logistic.h"

CA_MATH_BEGIN

/// 1 - tanh(a), a >= 0.65, not NaN: 2 z / (1 + z), z = exp(-2 a).
CA_FN float OneMinusTanhOfLarge(float a) {
  const float z = ExpOfMinusTwice(MinMagnitude(20.0f, a));
  return Quotient(z + z, 1.0f + z);
}
CA_FN float HyperbolicTangentOfLarge(float a) {
  return 1.0f - OneMinusTanhOfLarge(a);
}
/// tanh(|x|), |x| <= 0.65: |x| + |x|^3 q(x^2).
CA_FN float HyperbolicTangentOfSmall(float x) {
  const float a = Abs(x);
  const float u = x * x;
  const float c[] = {-0.333332598f, 0.133308291f, -0.0536879115f, 0.0204690564f,
                     -0.00551477401f};
  return MulAdd(a * u, Polynomial(u, c), a);
}

CA_FN float HyperbolicTangent(float x) {
  const float a = Abs(x);
  const float near = HyperbolicTangentOfSmall(x);
  return WithSign(a >= 0.65f ? HyperbolicTangentOfLarge(a) : near, x);
}
CA_FN double HyperbolicTangent(double x) { return __builtin_tanh(x); }

/// tanh(x)^2
template <class T>
CA_FN T SquaredTanh(T x) {
  const T t = HyperbolicTangent(x);
  return t * t;
}
/// The same, far out as 1 - w (2 - w), w = 1 - tanh(|x|): a square would double
/// the error of the tangent, which is rounded there.
CA_FN float SquaredTanh(float x) {
  const float a = Abs(x);
  const float w = OneMinusTanhOfLarge(a);
  const float near = HyperbolicTangentOfSmall(x);
  return a >= 0.65f ? ExactMulAdd(-w, 2.0f - w, 1.0f) : near * near;
}

/// 1 - tanh(x)^2 = 4 z / (1 + z)^2.
template <class T>
CA_FN T TanhSlope(T x) {
  const T scaled = ExpScaled(Max(Scaling<T>::kLowest, T(-2) * Abs(x)));
  const T z = scaled * Scaling<T>::kUnscale;
  return Quotient(scaled, SquareOfOnePlus(z)) * (T(4) * Scaling<T>::kUnscale);
}

/// x where tanh'(x) is not 0 to any use: a product with it stays finite.
template <class T>
CA_FN T TanhReach(T x) {
  constexpr T limit = T(sizeof(T) == 8 ? 400 : 60);
  return Min(limit, Max(-limit, x));
}

/// tanh(x) + x / cosh(x)^2, the derivative of x tanh(x).
template <class T>
CA_FN T XTanhSlope(T x) {
  return MulAdd(TanhReach(x), TanhSlope(x), HyperbolicTangent(x));
}
/// The same of one exponential, z = exp(-2 |x|), as (1 + z (4 |x| - z)) /
/// (1 + z)^2; below 0.35, where that would cancel, 2 x + x^3 q(x^2), q to a
/// relative error of 2^-28.3.
CA_FN float XTanhSlope(float x) {
  const float a = Abs(x);
  const float u = x * x;
  const float q[] = {-1.33333182f, 0.799881339f, -0.428811163f, 0.189528361f};
  const float near = MulAdd(a * u, Polynomial(u, q), a + a);
  const float b = MinMagnitude(20.0f, x);
  const float z = ExpOfMinusTwice(b);
  const float far =
      Quotient(MulAdd(z, MulAdd(4.0f, b, -z), 1.0f), SquareOfOnePlus(z));
  return WithSign(a >= 0.35f ? far : near, x);
}

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_HYPERBOLIC_TANGENT_H_
