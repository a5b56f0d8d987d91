// tanh(x)
#ifndef CUDA_ACTIVATIONS_MATH_TANH_H_
#define CUDA_ACTIVATIONS_MATH_TANH_H_

#include "hyperbolic_tangent.h"

CA_MATH_BEGIN

template <class T>
struct Tanh {
  CA_FN explicit Tanh(const double*) {}
  CA_FN T Value(T x) const { return HyperbolicTangent(x); }
  CA_FN T Derivative(T x) const { return TanhSlope(x); }
  CA_FN T DerivativeFromOutput(T y) const { return ExactMulAdd(-y, y, T(1)); }
  CA_FN T SecondDerivative(T x) const {
    return T(-2) * HyperbolicTangent(x) * TanhSlope(x);
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_TANH_H_
