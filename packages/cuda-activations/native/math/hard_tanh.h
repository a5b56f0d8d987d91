// min(max(-1, x), 1)
#ifndef CUDA_ACTIVATIONS_MATH_HARD_TANH_H_
#define CUDA_ACTIVATIONS_MATH_HARD_TANH_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct HardTanh {
  CA_FN explicit HardTanh(const double*) {}
  CA_FN T Value(T x) const { return Min(T(1), Max(T(-1), x)); }
  CA_FN T Derivative(T x) const { return Abs(x) < T(1) ? T(1) : T(0); }
  CA_FN T DerivativeFromOutput(T y) const { return Derivative(y); }
  CA_FN T SecondDerivative(T) const { return T(0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_HARD_TANH_H_
