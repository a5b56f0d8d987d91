// -log(1 + exp(-x))
#ifndef CUDA_ACTIVATIONS_MATH_LOG_SIGMOID_H_
#define CUDA_ACTIVATIONS_MATH_LOG_SIGMOID_H_

#include "logistic.h"

CA_MATH_BEGIN

template <class T>
struct LogSigmoid {
  CA_FN explicit LogSigmoid(const double*) {}
  CA_FN T Value(T x) const {
    return Min(T(0), x) - Log1pOfUnit(ExpOfMinusMagnitude(x));
  }
  CA_FN T Derivative(T x) const { return Logistic(-x); }
  CA_FN T DerivativeFromOutput(T y) const { return -Expm1Negative(y); }
  CA_FN T SecondDerivative(T x) const { return -LogisticSlope(x); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_LOG_SIGMOID_H_
