// scale (x > 0 ? x : alpha (exp(x) - 1)), the self-normalising constants.
#ifndef CUDA_ACTIVATIONS_MATH_SELU_H_
#define CUDA_ACTIVATIONS_MATH_SELU_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

template <class T>
struct Selu {
  CA_FN explicit Selu(const double*) {}
  static constexpr T kScale = T(1.0507009873554804934);
  static constexpr T kScaleAlpha = T(1.7580993408473768600);

  CA_FN T Value(T x) const {
    const T negative = kScaleAlpha * Expm1Negative(Min(T(0), x));
    return x > T(0) ? kScale * x : negative;
  }
  CA_FN T Derivative(T x) const {
    const T negative = Decaying(x);
    return x > T(0) ? kScale : negative;
  }
  CA_FN T DerivativeFromOutput(T y) const {
    return y > T(0) ? kScale : y + kScaleAlpha;
  }
  CA_FN T SecondDerivative(T x) const {
    const T negative = Decaying(x);
    return x > T(0) ? T(0) : negative;
  }

 private:
  /// scale alpha e^min(0, x), rounded once where e^x alone is subnormal.
  CA_FN static T Decaying(T x) {
    const T scaled = ExpScaled(Max(Scaling<T>::kLowest, Min(T(0), x)));
    return scaled * (kScaleAlpha * Scaling<T>::kUnscale);
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SELU_H_
