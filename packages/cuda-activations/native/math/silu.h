// x s(beta x), s the logistic function
#ifndef CUDA_ACTIVATIONS_MATH_SILU_H_
#define CUDA_ACTIVATIONS_MATH_SILU_H_

#include "logistic.h"
#include "product.h"

CA_MATH_BEGIN

template <class T>
struct Silu {
  Factor<T> beta;
  CA_FN explicit Silu(const double* p) : beta(p[0]) {}
  CA_FN explicit Silu(double value) : beta(value) {}
  CA_FN T Value(T x) const {
    const Terms t(*this, x);
    const T high = t.x * t.numerator;
    const T y =
        QuotientByOnePlus(high, ExactMulAdd(t.x, t.numerator, -high), t.z);
    return t.u < T(0) ? y * Scaling<T>::kUnscale : y;
  }
  CA_FN T Derivative(T x) const {
    const Terms t(*this, x);
    const T d = Quotient(T(1), T(1) + t.z);
    const T complement = t.u < T(0) ? d : t.z * d;  // 1 - s
    const T y = t.numerator * d * MulAdd(t.u, complement, T(1));
    return t.u < T(0) ? y * Scaling<T>::kUnscale : y;
  }
  CA_FN T SecondDerivative(T x) const {
    const Terms t(*this, x);
    const T d = Quotient(T(1), T(1) + t.z);
    const T tail = t.z * d;
    const T s = t.u < T(0) ? tail : d;
    return beta.high * tail * d * MulAdd(t.u, T(1) - T(2) * s, T(2));
  }

  /// u = beta x kept where exp(-|u|) is not 0, z = exp(-|u|),
  /// numerator / (1 + z) = s(u), scaled where u < 0.
  struct Terms {
    T x, u, z, numerator;
    CA_FN Terms(const Silu& f, T input) : x(input) {
      const T product = f.beta.high * input;
      const T lowest = Scaling<T>::kLowest;
      u = Min(-lowest, Max(lowest, product));
      const T error = u == product ? f.beta.Error(input, product) : T(0);
      const T scaled = ExpScaled(-Abs(u), WithOppositeSign(error, u));
      z = scaled * Scaling<T>::kUnscale;
      numerator = u < T(0) ? scaled : T(1);
      x = u == lowest ? T(-0.0) : x;  // not infinity times 0
    }
    /// -|u| - error of the same size: the error has u's sense.
    CA_FN static T WithOppositeSign(T error, T u) {
      return u < T(0) ? error : -error;
    }
  };
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SILU_H_
