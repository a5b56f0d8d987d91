// x
#ifndef CUDA_ACTIVATIONS_MATH_LINEAR_H_
#define CUDA_ACTIVATIONS_MATH_LINEAR_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct Linear {
  CA_FN explicit Linear(const double*) {}
  CA_FN T Value(T x) const { return x; }
  CA_FN T Derivative(T) const { return T(1); }
  CA_FN T DerivativeFromOutput(T) const { return T(1); }
  CA_FN T SecondDerivative(T) const { return T(0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_LINEAR_H_
