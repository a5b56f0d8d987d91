// max(0, x)^2
#ifndef CUDA_ACTIVATIONS_MATH_SQUARED_RELU_H_
#define CUDA_ACTIVATIONS_MATH_SQUARED_RELU_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct SquaredRelu {
  CA_FN explicit SquaredRelu(const double*) {}
  CA_FN T Value(T x) const {
    const T r = Max(T(0), x);
    return r * r;
  }
  CA_FN T Derivative(T x) const { return T(2) * Max(T(0), x); }
  CA_FN T DerivativeFromOutput(T y) const { return T(2) * SquareRoot(y); }
  CA_FN T SecondDerivative(T x) const { return x > T(0) ? T(2) : T(0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SQUARED_RELU_H_
