// x / 2 (1 + tanh(u)) = x s(2 u), u = sqrt(2 / pi) (x + 0.044715 x^3)
#ifndef CUDA_ACTIVATIONS_MATH_GELU_TANH_H_
#define CUDA_ACTIVATIONS_MATH_GELU_TANH_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

template <class T>
struct GeluTanh {
  CA_FN explicit GeluTanh(const double*) {}
  CA_FN T Value(T x) const {
    const Terms t(x);
    const T y = t.x * Quotient(t.numerator, T(1) + t.z);
    return x < T(0) ? y * Scaling<T>::kUnscale : y;
  }
  CA_FN T Derivative(T x) const {
    const Terms t(x);
    const T d = Quotient(T(1), T(1) + t.z);
    const T complement = x < T(0) ? d : t.z * d;  // 1 - s
    const T y = t.numerator * d * MulAdd(t.Slope(), complement, T(1));
    return x < T(0) ? y * Scaling<T>::kUnscale : y;
  }
  CA_FN T SecondDerivative(T x) const {
    const Terms t(x);
    const T d = Quotient(T(1), T(1) + t.z);
    const T tail = t.z * d;
    const T c = Min(T(Terms::Limit(T())), t.x);
    const T th = x < T(0) ? tail - d : d - tail;  // tanh(u)
    // s s(-) (2 w' + x w'' - x w'^2 tanh(u)), w = 2 u
    const T first = MulAdd(T(3) * kCubic, c * c, kLinear);
    return t.scaled * d * d *
           (T(2) * first + c * (T(6) * kCubic * c - first * first * th)) *
           Scaling<T>::kUnscale;
  }

  // 2 u = kLinear x + kCubic x^3.
  static constexpr double kLinearValue = 1.5957691216057307117597842397375;
  static constexpr double kCubicValue = 0.071354816272600248756349;
  static constexpr T kLinear = T(kLinearValue);
  static constexpr T kLinearLow = T(kLinearValue - double(kLinear));
  static constexpr T kCubic = T(kCubicValue);
  static constexpr T kCubicLow = T(kCubicValue - double(kCubic));

  /// x clamped to where exp(-|2 u|) is not 0, z = exp(-|2 u|), numerator /
  /// (1 + z) = s(2 u), scaled for x < 0. 2 u is formed to twice the precision.
  struct Terms {
    T x, z, numerator, scaled;
    CA_FN explicit Terms(T input) {
      x = Max(T(-Limit(T())), input);
      const T a = Min(T(Limit(T())), Abs(input));
      const T square = a * a;
      const T square_low = ExactMulAdd(a, a, -square);
      const T cubic = kCubic * square;
      const T cubic_low = ExactMulAdd(kCubic, square, -cubic) +
                          MulAdd(kCubic, square_low, kCubicLow * square);
      const T sum = cubic + kLinear;
      const T rest = sum - cubic;
      const T sum_low = ((cubic - (sum - rest)) + (kLinear - rest)) +
                        (cubic_low + kLinearLow);
      const T w = a * sum;
      const T w_low = MulAdd(a, sum_low, ExactMulAdd(a, sum, -w));
      scaled = ExpScaled(-w, -w_low);
      z = scaled * Scaling<T>::kUnscale;
      numerator = input < T(0) ? scaled : T(1);
    }
    /// x d(2 u)/dx, x within the clamp on either side.
    CA_FN T Slope() const {
      const T c = Min(T(Limit(T())), x);
      return c * MulAdd(T(3) * kCubic, c * c, kLinear);
    }
    CA_FN static constexpr float Limit(float) { return 11.0f; }
    CA_FN static constexpr double Limit(double) { return 22.0; }
  };
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_GELU_TANH_H_
