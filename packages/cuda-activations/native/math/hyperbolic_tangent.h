// tanh and its derivative.
#ifndef CUDA_ACTIVATIONS_MATH_HYPERBOLIC_TANGENT_H_
#define CUDA_ACTIVATIONS_MATH_HYPERBOLIC_TANGENT_H_

#include "logistic.h"

CA_MATH_BEGIN

/// tanh(a), a >= 0.65, not NaN: 1 - 2 z / (1 + z), z = exp(-2 a).
CA_FN float HyperbolicTangentOfLarge(float a) {
  const float z = ExpOfModerate(-2.0f * MinMagnitude(20.0f, a));
  return 1.0f - Quotient(2.0f * z, 1.0f + z);
}

/// tanh(x): x + x^3 q(x^2) up to 0.65.
CA_FN float HyperbolicTangent(float x) {
  const float a = Abs(x);
  const float u = x * x;
  const float c[] = {-0.333332598f, 0.133308291f, -0.0536879115f, 0.0204690564f,
                     -0.00551477401f};
  const float near = MulAdd(a * u, Polynomial(u, c), a);
  return WithSign(a >= 0.65f ? HyperbolicTangentOfLarge(a) : near, x);
}
CA_FN double HyperbolicTangent(double x) { return __builtin_tanh(x); }

/// 1 - tanh(x)^2 = 4 z / (1 + z)^2.
template <class T>
CA_FN T TanhSlope(T x) {
  const T scaled = ExpScaled(Max(Scaling<T>::kLowest, T(-2) * Abs(x)));
  const T z = scaled * Scaling<T>::kUnscale;
  return Quotient(scaled, SquareOfOnePlus(z)) * (T(4) * Scaling<T>::kUnscale);
}

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_HYPERBOLIC_TANGENT_H_
