// x / 2 (1 + tanh(u)) = x s(2 u), u = sqrt(2 / pi) (x + 0.044715 x^3)
#ifndef CUDA_ACTIVATIONS_MATH_GELU_TANH_H_
#define CUDA_ACTIVATIONS_MATH_GELU_TANH_H_

#include "logistic.h"

CA_MATH_BEGIN

/// 2 u = kLinear x + kCubic x^3.
struct GeluTanhArgument {
  static constexpr double kLinear = 1.5957691216057307117597842397375;
  static constexpr double kCubic = 0.071354816272600248756349;
};

/// 2^64 exp(-2 u), 0 <= a <= 11: 2 u / (a ln2) = kHigh + kCubic a^2 to twice
/// the precision.
CA_FN float GeluTanhExpScaled(float a) {
  // kHigh is a multiple of 2^-18: the sum's rounding error is exact.
  constexpr float kHigh = 2.30220794677734375f, kLow = 2.51366981e-07f;
  constexpr float kCubic = 0.10294324159622192f, kCubicLow = -2.0161984e-09f;
  const float square = a * a;
  const float square_low = ExactMulAdd(a, a, -square);
  const float sum = ExactMulAdd(kCubic, square, kHigh);
  const float lost = ExactMulAdd(kCubic, square, kHigh - sum);
  const float low =
      lost + MulAdd(kCubic, square_low, MulAdd(kCubicLow, square, kLow));
  return BinaryExpOfProductScaled(a, -sum, -low);
}
CA_FN double GeluTanhExpScaled(double a) {
  using Argument = GeluTanhArgument;
  const double square = a * a;
  const double sum = MulAdd(Argument::kCubic, square, Argument::kLinear);
  const double w = a * sum;
  const double lost =
      MulAdd(Argument::kCubic, square, Argument::kLinear - sum) +
      Argument::kCubic * ExactMulAdd(a, a, -square);
  return ExpScaled(-w, -MulAdd(a, lost, ExactMulAdd(a, sum, -w)));
}

template <class T>
struct GeluTanh {
  CA_FN explicit GeluTanh(const double*) {}
  CA_FN T Value(T x) const {
    const Terms t(x);
    const T numerator = SelectBySign(x, t.scaled, T(1));
    const T y = Max(-Limit(T()), x) * Quotient(numerator, T(1) + t.z);
    return y * SelectBySign(x, Scaling<T>::kUnscale, T(1));
  }
  CA_FN T Derivative(T x) const {
    const Terms t(x);
    return OrNan(x, GateSlope(x < T(0), t.a, t.slope, t.scaled));
  }
  CA_FN T SecondDerivative(T x) const {
    const Terms t(x);
    const T d = Quotient(T(1), T(1) + t.z);
    const T th = d - t.z * d;  // tanh(|u|)
    // s s(-) (2 w' + a w'' - a w'^2 tanh(u)), w = 2 u
    return OrNan(x, t.scaled * d * d *
                        (T(2) * t.slope +
                         t.a * (T(6) * kCubic * t.a - t.slope * t.slope * th)) *
                        Scaling<T>::kUnscale);
  }

  static constexpr T kLinear = T(GeluTanhArgument::kLinear);
  static constexpr T kCubic = T(GeluTanhArgument::kCubic);

  /// a = |x| kept where exp(-|2 u|) is not 0, that scaled, z = exp(-|2 u|),
  /// and slope = d(2 u)/dx: numbers, also of a NaN.
  struct Terms {
    T a, scaled, z, slope;
    CA_FN explicit Terms(T x) {
      a = MinMagnitude(Limit(T()), x);
      scaled = GeluTanhExpScaled(a);
      z = scaled * Scaling<T>::kUnscale;
      const T square = a * a;
      slope =
          MulAdd(T(3) * kCubic, square,
                 MulAdd(T(3) * kCubic, ExactMulAdd(a, a, -square), kLinear));
    }
  };
  CA_FN static T Limit(T) { return T(sizeof(T) == 8 ? 22.0 : 11.0); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_GELU_TANH_H_
