// exp(x)
#ifndef CUDA_ACTIVATIONS_MATH_EXPONENTIAL_H_
#define CUDA_ACTIVATIONS_MATH_EXPONENTIAL_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

template <class T>
struct Exponential {
  CA_FN explicit Exponential(const double*) {}
  CA_FN T Value(T x) const { return Exp(x); }
  CA_FN T Derivative(T x) const { return Exp(x); }
  CA_FN T DerivativeFromOutput(T y) const { return y; }
  CA_FN T SecondDerivative(T x) const { return Exp(x); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_EXPONENTIAL_H_
