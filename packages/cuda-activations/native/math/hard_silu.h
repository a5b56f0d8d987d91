// x min(max(0, x + 3), 6) / 6
#ifndef CUDA_ACTIVATIONS_MATH_HARD_SILU_H_
#define CUDA_ACTIVATIONS_MATH_HARD_SILU_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct HardSilu {
  CA_FN explicit HardSilu(const double*) {}
  CA_FN T Value(T x) const {
    const T c = Max(T(-3), x);
    return c * (Min(T(6), c + T(3)) * T(1.0 / 6.0));
  }
  CA_FN T Derivative(T x) const {
    const T slope = MulAdd(x, T(1.0 / 3.0), T(0.5));
    const T left = x <= T(-3) ? T(0) : slope;
    return x >= T(3) ? T(1) : left;
  }
  CA_FN T SecondDerivative(T x) const {
    return (x > T(-3)) & (x < T(3)) ? T(1.0 / 3.0) : T(0);
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_HARD_SILU_H_
