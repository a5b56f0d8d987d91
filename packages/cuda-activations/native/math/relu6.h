// min(max(0, x), 6)
#ifndef CUDA_ACTIVATIONS_MATH_RELU6_H_
#define CUDA_ACTIVATIONS_MATH_RELU6_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct Relu6 {
  CA_FN explicit Relu6(const double*) {}
  CA_FN T Value(T x) const { return Min(T(6), Max(T(0), x)); }
  CA_FN T Derivative(T x) const {
    return (x > T(0)) & (x < T(6)) ? T(1) : T(0);
  }
  CA_FN T DerivativeFromOutput(T y) const { return Derivative(y); }
  CA_FN T SecondDerivative(T) const { return T(0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_RELU6_H_
