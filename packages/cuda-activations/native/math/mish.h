// x tanh(log(1 + exp(x))) = x n (n + 2) / (n (n + 2) + 2), n = exp(x)
#ifndef CUDA_ACTIVATIONS_MATH_MISH_H_
#define CUDA_ACTIVATIONS_MATH_MISH_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

template <class T>
struct Mish {
  CA_FN explicit Mish(const double*) {}
  // Beyond 20 the function is x to double precision.
  CA_FN T Value(T x) const {
    const T c = Max(kLowest, x);
    const T scaled = ExpScaled(Min(T(20), c));
    const T n = scaled * Scaling<T>::kUnscale;
    const T m = ExactMulAdd(scaled, n, T(2) * scaled);  // 2^64 n (n + 2)
    const T y = Min(T(20), c) * Quotient(m, ExactMulAdd(n, n + T(2), T(2)));
    return x > T(20) ? x : y * Scaling<T>::kUnscale;
  }
  CA_FN T Derivative(T x) const {
    const T c = Min(T(20), Max(kLowest, x));
    const T scaled = ExpScaled(c);
    const T n = scaled * Scaling<T>::kUnscale;
    const T q = n + T(2);
    const T t = n * q;
    const T sum = ExactMulAdd(q, t + T(2), T(4) * ExactMulAdd(c, n, c));
    const T square = ExactMulAdd(t, t + T(4), T(4));  // (t + 2)^2
    return scaled * Quotient(sum, square) * Scaling<T>::kUnscale;
  }
  CA_FN T SecondDerivative(T x) const {
    const T c = Min(T(43), Max(kLowest, x));
    const T n = ExpScaled(c) * Scaling<T>::kUnscale;
    const T q = n + T(2);
    const T d = Quotient(T(1), MulAdd(n, q, T(2)));
    const T t = n * q * d;                      // tanh(softplus(x))
    const T w = T(4) * n * (n + T(1)) * d * d;  // s(x) (1 - t^2)
    const T s = Quotient(n, n + T(1));          // s(x)
    return w * (T(2) + c * (T(1) - s) - T(2) * c * t * s);
  }
  static constexpr T kLowest = Scaling<T>::kLowest;
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_MISH_H_
