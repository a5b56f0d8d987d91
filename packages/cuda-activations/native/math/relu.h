// max(0, x)
#ifndef CUDA_ACTIVATIONS_MATH_RELU_H_
#define CUDA_ACTIVATIONS_MATH_RELU_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct Relu {
  CA_FN explicit Relu(const double*) {}
  CA_FN T Value(T x) const { return Max(T(0), x); }
  CA_FN T Derivative(T x) const { return x > T(0) ? T(1) : T(0); }
  CA_FN T DerivativeFromOutput(T y) const { return Derivative(y); }
  CA_FN T SecondDerivative(T) const { return T(0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_RELU_H_
