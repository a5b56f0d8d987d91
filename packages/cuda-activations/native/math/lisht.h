// x tanh(x)
#ifndef CUDA_ACTIVATIONS_MATH_LISHT_H_
#define CUDA_ACTIVATIONS_MATH_LISHT_H_

#include "hyperbolic_tangent.h"

CA_MATH_BEGIN

template <class T>
struct Lisht {
  CA_FN explicit Lisht(const double*) {}
  CA_FN T Value(T x) const { return x * HyperbolicTangent(x); }
  CA_FN T Derivative(T x) const {
    return MulAdd(Kept(x), TanhSlope(x), HyperbolicTangent(x));
  }
  CA_FN T SecondDerivative(T x) const {
    const T c = Kept(x);
    return T(2) * TanhSlope(x) * MulAdd(-c, HyperbolicTangent(x), T(1));
  }

  /// x where tanh'(x) is not 0 to any use: a product with it stays finite.
  CA_FN static T Kept(T x) {
    constexpr T limit = T(sizeof(T) == 8 ? 400 : 60);
    return Min(limit, Max(-limit, x));
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_LISHT_H_
