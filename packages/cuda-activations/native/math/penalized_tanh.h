// x > 0 ? tanh(x) : slope tanh(x)
#ifndef CUDA_ACTIVATIONS_MATH_PENALIZED_TANH_H_
#define CUDA_ACTIVATIONS_MATH_PENALIZED_TANH_H_

#include "hyperbolic_tangent.h"

CA_MATH_BEGIN

/// slope tanh(x) for x <= 0, or tanh(x). Between -2.5e-4 and -1e-8, where
/// tanh(x) rounds to x, a last bit less: slope x can be a tie of float16, which
/// must break to the side of slope tanh(x).
CA_FN float BreakTie(float y, float x) {
  const unsigned first = 0xb22bcc77u, last = 0xb983126fu;
  const bool tie = static_cast<unsigned>(Bits(x)) - first < last - first;
  return FromBits(Bits(y) - (tie ? 1 : 0));
}
CA_FN double BreakTie(double y, double) { return y; }

template <class T>
struct PenalizedTanh {
  T slope;
  T inverse_slope;
  CA_FN explicit PenalizedTanh(const double* p)
      : slope(static_cast<T>(p[0])),
        inverse_slope(static_cast<T>(1.0 / p[0])) {}

  CA_FN T Value(T x) const {
    const T t = HyperbolicTangent(x);
    return BreakTie(t * SelectBySign(x, slope, T(1)), x);
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
