// x tanh(x)
#ifndef CUDA_ACTIVATIONS_MATH_LISHT_H_
#define CUDA_ACTIVATIONS_MATH_LISHT_H_

#include "hyperbolic_tangent.h"

CA_MATH_BEGIN

/// x where tanh'(x) is not 0 to any use: a product with it stays finite.
template <class T>
CA_FN T LishtKept(T x) {
  constexpr T limit = T(sizeof(T) == 8 ? 400 : 60);
  return Min(limit, Max(-limit, x));
}

/// tanh(x) + x / cosh(x)^2.
template <class T>
CA_FN T LishtSlope(T x) {
  return MulAdd(LishtKept(x), TanhSlope(x), HyperbolicTangent(x));
}
/// The same of one exponential, z = exp(-2 |x|), as (1 + z (4 |x| - z)) /
/// (1 + z)^2; below 0.35, where that would cancel, 2 x + x^3 q(x^2), q to a
/// relative error of 2^-28.3.
CA_FN float LishtSlope(float x) {
  const float a = Abs(x);
  const float u = x * x;
  const float q[] = {-1.33333182f, 0.799881339f, -0.428811163f, 0.189528361f};
  const float near = MulAdd(a * u, Polynomial(u, q), a + a);
  const float b = MinMagnitude(20.0f, x);
  const float z = ExpOfModerate(-2.0f * b);
  const float far =
      Quotient(MulAdd(z, MulAdd(4.0f, b, -z), 1.0f), SquareOfOnePlus(z));
  return WithSign(a >= 0.35f ? far : near, x);
}

template <class T>
struct Lisht {
  CA_FN explicit Lisht(const double*) {}
  CA_FN T Value(T x) const { return x * HyperbolicTangent(x); }
  CA_FN T Derivative(T x) const { return LishtSlope(x); }
  CA_FN T SecondDerivative(T x) const {
    const T c = LishtKept(x);
    return T(2) * TanhSlope(x) * MulAdd(-c, HyperbolicTangent(x), T(1));
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_LISHT_H_
