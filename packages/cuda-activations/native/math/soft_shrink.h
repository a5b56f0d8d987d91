// x > threshold ? x - threshold : x < -threshold ? x + threshold : 0
#ifndef CUDA_ACTIVATIONS_MATH_SOFT_SHRINK_H_
#define CUDA_ACTIVATIONS_MATH_SOFT_SHRINK_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct SoftShrink {
  T threshold;
  CA_FN explicit SoftShrink(const double* p)
      : threshold(static_cast<T>(p[0])) {}
  CA_FN T Value(T x) const {
    const T y = x > T(0) ? x - threshold : x + threshold;
    return Abs(x) <= threshold ? T(0) : y;
  }
  CA_FN T Derivative(T x) const { return Abs(x) <= threshold ? T(0) : T(1); }
  CA_FN T DerivativeFromOutput(T y) const { return y == T(0) ? T(0) : T(1); }
  CA_FN T SecondDerivative(T) const { return T(0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SOFT_SHRINK_H_
