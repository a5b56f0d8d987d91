// x tanh(x)
#ifndef CUDA_ACTIVATIONS_MATH_LISHT_H_
#define CUDA_ACTIVATIONS_MATH_LISHT_H_

#include "hyperbolic_tangent.h"

CA_MATH_BEGIN

template <class T>
struct Lisht {
  CA_FN explicit Lisht(const double*) {}
  CA_FN T Value(T x) const { return x * HyperbolicTangent(x); }
  CA_FN T Derivative(T x) const { return XTanhSlope(x); }
  CA_FN T SecondDerivative(T x) const {
    const T c = TanhReach(x);
    return T(2) * TanhSlope(x) * MulAdd(-c, HyperbolicTangent(x), T(1));
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_LISHT_H_
