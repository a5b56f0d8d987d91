// x > 0 ? x : negative_slope x
#ifndef CUDA_ACTIVATIONS_MATH_LEAKY_RELU_H_
#define CUDA_ACTIVATIONS_MATH_LEAKY_RELU_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct LeakyRelu {
  T negative_slope;
  CA_FN explicit LeakyRelu(const double* p)
      : negative_slope(static_cast<T>(p[0])) {}
  // The test for 0 would be hoisted out of the loop and the rest left scalar.
  static constexpr bool kNeverZero = true;

  CA_FN T Value(T x) const { return x > T(0) ? x : negative_slope * x; }
  CA_FN T Derivative(T x) const { return x > T(0) ? T(1) : negative_slope; }
  CA_FN T DerivativeFromOutput(T y) const { return Derivative(y); }
  CA_FN T SecondDerivative(T) const { return T(0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_LEAKY_RELU_H_
