// x <= -1 ? 0 : x < 1 ? (x + 1)^2 / 4 : x
#ifndef CUDA_ACTIVATIONS_MATH_SPARSE_PLUS_H_
#define CUDA_ACTIVATIONS_MATH_SPARSE_PLUS_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct SparsePlus {
  CA_FN explicit SparsePlus(const double*) {}
  CA_FN T Value(T x) const {
    const T h = Max(T(0), x + T(1));
    return x >= T(1) ? x : T(0.25) * h * h;
  }
  CA_FN T Derivative(T x) const {
    return Min(T(1), Max(T(0), T(0.5) * (x + T(1))));
  }
  CA_FN T DerivativeFromOutput(T y) const { return Min(T(1), SquareRoot(y)); }
  CA_FN T SecondDerivative(T x) const { return Abs(x) < T(1) ? T(0.5) : T(0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SPARSE_PLUS_H_
