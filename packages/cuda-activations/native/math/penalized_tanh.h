// x > 0 ? tanh(x) : slope tanh(x)
#ifndef CUDA_ACTIVATIONS_MATH_PENALIZED_TANH_H_
#define CUDA_ACTIVATIONS_MATH_PENALIZED_TANH_H_

#include "hyperbolic_tangent.h"

CA_MATH_BEGIN

template <class T>
struct PenalizedTanh {
  T slope;
  T inverse_slope;
  CA_FN explicit PenalizedTanh(const double* p)
      : slope(static_cast<T>(p[0])),
        inverse_slope(static_cast<T>(1.0 / p[0])) {}

  CA_FN T Value(T x) const {
    const T t = HyperbolicTangent(x);
    return x > T(0) ? t : slope * t;
  }
  CA_FN T Derivative(T x) const {
    const T d = TanhSlope(x);
    return x > T(0) ? d : slope * d;
  }
  CA_FN T DerivativeFromOutput(T y) const {
    const T t = y > T(0) ? y : y * inverse_slope;
    const T d = ExactMulAdd(-t, t, T(1));
    return y > T(0) ? d : slope * d;
  }
  CA_FN T SecondDerivative(T x) const {
    return T(-2) * HyperbolicTangent(x) * Derivative(x);
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_PENALIZED_TANH_H_
