// x > 0 ? x : alpha (exp(x) - 1)
#ifndef CUDA_ACTIVATIONS_MATH_ELU_H_
#define CUDA_ACTIVATIONS_MATH_ELU_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

template <class T>
struct Elu {
  T alpha;
  CA_FN explicit Elu(const double* p) : alpha(static_cast<T>(p[0])) {}
  CA_FN T Value(T x) const {
    const T negative = alpha * Expm1Negative(Min(T(0), x));
    return x > T(0) ? x : negative;
  }
  CA_FN T Derivative(T x) const {
    const T negative = alpha * ExpOfNegative(Min(T(0), x));
    return x > T(0) ? T(1) : negative;
  }
  CA_FN T DerivativeFromOutput(T y) const {
    return y > T(0) ? T(1) : y + alpha;
  }
  CA_FN T SecondDerivative(T x) const {
    const T negative = alpha * ExpOfNegative(Min(T(0), x));
    return x > T(0) ? T(0) : negative;
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_ELU_H_
