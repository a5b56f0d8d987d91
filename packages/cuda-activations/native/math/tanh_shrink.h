// x - tanh(x)
#ifndef CUDA_ACTIVATIONS_MATH_TANH_SHRINK_H_
#define CUDA_ACTIVATIONS_MATH_TANH_SHRINK_H_

#include "hyperbolic_tangent.h"

CA_MATH_BEGIN

/// x - tanh(x): x^3 q(x^2) up to 1.05, where the difference would cancel.
CA_FN float TanhDifference(float x) {
  const float u = x * x;
  const float c[] = {0.333333313f,   -0.133330762f,  0.0539192073f,
                     -0.0215257443f, 0.00774136977f, -0.00176681986f};
  const float near = x * u * Polynomial(u, c);
  const float far = x - HyperbolicTangent(x);
  return Abs(x) < 1.05f ? near : far;
}
/// Below 0.05 by the series to x^11.
CA_FN double TanhDifference(double x) {
  const double u = x * x;
  const double c[] = {1.0 / 3.0, -2.0 / 15.0, 17.0 / 315.0, -62.0 / 2835.0,
                      1382.0 / 155925.0};
  const double near = x * u * Polynomial(u, c);
  return Abs(x) < 0.05 ? near : x - HyperbolicTangent(x);
}

template <class T>
struct TanhShrink {
  CA_FN explicit TanhShrink(const double*) {}
  CA_FN T Value(T x) const { return TanhDifference(x); }
  CA_FN T Derivative(T x) const {
    const T t = HyperbolicTangent(x);
    return t * t;
  }
  CA_FN T SecondDerivative(T x) const {
    return T(2) * HyperbolicTangent(x) * TanhSlope(x);
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_TANH_SHRINK_H_
