// x > 0 ? x : alpha (exp(x / alpha) - 1)
#ifndef CUDA_ACTIVATIONS_MATH_CELU_H_
#define CUDA_ACTIVATIONS_MATH_CELU_H_

#include "exponential_functions.h"
#include "product.h"

CA_MATH_BEGIN

template <class T>
struct Celu {
  T alpha;
  Factor<T> inverse;
  T lowest;  ///< beyond it exp(x / alpha) is 0
  CA_FN explicit Celu(const double* p)
      : alpha(static_cast<T>(p[0])),
        inverse(1.0 / p[0]),
        lowest(static_cast<T>(double(Scaling<T>::kLowest) * p[0])) {}

  CA_FN T Value(T x) const {
    const T c = Max(lowest, Min(T(0), x));
    const T u = c * inverse.high;
    const T negative = alpha * Expm1Negative(u, inverse.Error(c, u));
    return x > T(0) ? x : negative;
  }
  CA_FN T Derivative(T x) const {
    const T negative = ExpOfQuotient(x);
    return x > T(0) ? T(1) : negative;
  }
  CA_FN T DerivativeFromOutput(T y) const {
    return y > T(0) ? T(1) : MulAdd(y, inverse.high, T(1));
  }
  CA_FN T SecondDerivative(T x) const {
    const T negative = inverse.high * ExpOfQuotient(x);
    return x > T(0) ? T(0) : negative;
  }
  CA_FN T ExpOfQuotient(T x) const {
    const T c = Max(lowest, Min(T(0), x));
    const T u = c * inverse.high;
    return ExpScaled(u, inverse.Error(c, u)) * Scaling<T>::kUnscale;
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_CELU_H_
