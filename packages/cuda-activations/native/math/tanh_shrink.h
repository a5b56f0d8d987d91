// x - tanh(x)
#ifndef CUDA_ACTIVATIONS_MATH_TANH_SHRINK_H_
#define CUDA_ACTIVATIONS_MATH_TANH_SHRINK_H_

#include "hyperbolic_tangent.h"

CA_MATH_BEGIN

/// x - tanh(x): x^3 q(x^2) up to 1.06, where the difference would cancel.
CA_FN float TanhDifference(float x) {
  const float u = x * x;
  const float c[] = {0.333333343f,   -0.133334368f,    0.0539862104f,
                     -0.0219885409f, 0.00924793258f,   -0.00424888311f,
                     0.00202493975f, -0.000752867491f, 0.000138082876f};
  const float near = x * u * Polynomial(u, c);
  const float a = Abs(x);
  const float far = x - WithSign(HyperbolicTangentOfLarge(a), x);
  return a >= 1.06f ? far : near;
}
/// The same; below 0.3 by the series to x^21.
CA_FN double TanhDifference(double x) {
  const double u = x * x;
  const double c[] = {1.0 / 3.0,
                      -2.0 / 15.0,
                      17.0 / 315.0,
                      -62.0 / 2835.0,
                      1382.0 / 155925.0,
                      -21844.0 / 6081075.0,
                      929569.0 / 638512875.0,
                      -6404582.0 / 10854718875.0,
                      443861162.0 / 1856156927625.0,
                      -18888466084.0 / 194896477400625.0};
  const double near = x * u * Polynomial(u, c);
  return Abs(x) < 0.3 ? near : x - HyperbolicTangent(x);
}

template <class T>
struct TanhShrink {
  CA_FN explicit TanhShrink(const double*) {}
  CA_FN T Value(T x) const { return TanhDifference(x); }
  CA_FN T Derivative(T x) const { return SquaredTanh(x); }
  CA_FN T SecondDerivative(T x) const {
    return T(2) * HyperbolicTangent(x) * TanhSlope(x);
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_TANH_SHRINK_H_
