// x^2
#ifndef CUDA_ACTIVATIONS_MATH_SQUARE_H_
#define CUDA_ACTIVATIONS_MATH_SQUARE_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct Square {
  CA_FN explicit Square(const double*) {}
  CA_FN T Value(T x) const { return x * x; }
  CA_FN T Derivative(T x) const { return T(2) * x; }
  CA_FN T SecondDerivative(T) const { return T(2); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SQUARE_H_
