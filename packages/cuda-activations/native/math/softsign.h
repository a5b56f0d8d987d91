// x / (1 + |x|)
#ifndef CUDA_ACTIVATIONS_MATH_SOFTSIGN_H_
#define CUDA_ACTIVATIONS_MATH_SOFTSIGN_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct Softsign {
  CA_FN explicit Softsign(const double*) {}
  CA_FN T Value(T x) const {
    const T a = Min(kLargest, Abs(x));  // infinity / infinity is NaN
    return WithSign(Quotient(a, T(1) + a), x);
  }
  CA_FN T Derivative(T x) const {
    const T r = Quotient(T(1), T(1) + Min(kLargest, Abs(x)));
    return r * r;
  }
  CA_FN T DerivativeFromOutput(T y) const {
    const T r = T(1) - Abs(y);
    return r * r;
  }
  CA_FN T SecondDerivative(T x) const {
    const T r = Quotient(T(1), T(1) + Min(kLargest, Abs(x)));
    const T d = T(2) * r * r * r;
    return x > T(0) ? -d : x < T(0) ? d : x;
  }
  static constexpr T kLargest = T(sizeof(T) == 8 ? 1e300 : 1e37);
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SOFTSIGN_H_
