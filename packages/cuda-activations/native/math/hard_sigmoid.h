// min(max(0, x + 3), 6) / 6
#ifndef CUDA_ACTIVATIONS_MATH_HARD_SIGMOID_H_
#define CUDA_ACTIVATIONS_MATH_HARD_SIGMOID_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct HardSigmoid {
  CA_FN explicit HardSigmoid(const double*) {}
  CA_FN T Value(T x) const {
    return Min(T(6), Max(T(0), x + T(3))) * T(1.0 / 6.0);
  }
  CA_FN T Derivative(T x) const {
    return (x > T(-3)) & (x < T(3)) ? T(1.0 / 6.0) : T(0);
  }
  CA_FN T DerivativeFromOutput(T y) const {
    return (y > T(0)) & (y < T(1)) ? T(1.0 / 6.0) : T(0);
  }
  CA_FN T SecondDerivative(T) const { return T(0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_HARD_SIGMOID_H_
