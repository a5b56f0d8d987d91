// x > threshold ? x : value
#ifndef CUDA_ACTIVATIONS_MATH_THRESHOLD_H_
#define CUDA_ACTIVATIONS_MATH_THRESHOLD_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct Threshold {
  T threshold;
  T value;
  CA_FN explicit Threshold(const double* p)
      : threshold(static_cast<T>(p[0])), value(static_cast<T>(p[1])) {}

  CA_FN T Value(T x) const { return x <= threshold ? value : x; }
  CA_FN T Derivative(T x) const { return x <= threshold ? T(0) : T(1); }
  CA_FN T SecondDerivative(T) const { return T(0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_THRESHOLD_H_
