// x Phi(x), Phi the normal distribution function
#ifndef CUDA_ACTIVATIONS_MATH_GELU_H_
#define CUDA_ACTIVATIONS_MATH_GELU_H_

#include "normal_tail.h"

CA_MATH_BEGIN

template <class T>
struct Gelu {
  CA_FN explicit Gelu(const double*) {}
  CA_FN T Value(T x) const { return NormalTail(x).MinusMoment(Max(T(0), x)); }
  CA_FN T Derivative(T x) const { return NormalTail(x).Derivative(); }
  CA_FN T SecondDerivative(T x) const {
    const T c = Min(T(40), Abs(x));
    return TimesNormalDensity(MulAdd(-c, c, T(2)), c);
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_GELU_H_
