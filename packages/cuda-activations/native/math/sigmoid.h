// 1 / (1 + exp(-x))
#ifndef CUDA_ACTIVATIONS_MATH_SIGMOID_H_
#define CUDA_ACTIVATIONS_MATH_SIGMOID_H_

#include "logistic.h"

CA_MATH_BEGIN

template <class T>
struct Sigmoid {
  CA_FN explicit Sigmoid(const double*) {}
  CA_FN T Value(T x) const { return Logistic(x); }
  CA_FN T Derivative(T x) const { return LogisticSlope(x); }
  CA_FN T DerivativeFromOutput(T y) const { return y * (T(1) - y); }
  CA_FN T SecondDerivative(T x) const {
    return LogisticSlope(x) * (T(1) - T(2) * Logistic(x));
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SIGMOID_H_
