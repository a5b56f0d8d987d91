// min(max(0, (x + 1) / 2), 1)
#ifndef CUDA_ACTIVATIONS_MATH_SPARSE_SIGMOID_H_
#define CUDA_ACTIVATIONS_MATH_SPARSE_SIGMOID_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct SparseSigmoid {
  CA_FN explicit SparseSigmoid(const double*) {}
  CA_FN T Value(T x) const { return Min(T(1), Max(T(0), T(0.5) * (x + T(1)))); }
  CA_FN T Derivative(T x) const { return Abs(x) < T(1) ? T(0.5) : T(0); }
  CA_FN T DerivativeFromOutput(T y) const {
    return (y > T(0)) & (y < T(1)) ? T(0.5) : T(0);
  }
  CA_FN T SecondDerivative(T) const { return T(0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SPARSE_SIGMOID_H_
