// The tail of the normal distribution to full relative precision, as Mills'
// ratio times a compensated exp(-a^2 / 2).
#ifndef CUDA_ACTIVATIONS_MATH_NORMAL_TAIL_H_
#define CUDA_ACTIVATIONS_MATH_NORMAL_TAIL_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

/// exp(-a^2 / 2), 0 <= a <= 15, as a power of two of the exact square: e
/// Unscale(). The exponent's factor log2(e) / 2 is cut to a float; Unscale()
/// makes up for it, or the polynomial that e is multiplied with.
struct FloatHalfSquare {
  float square, e;
  CA_FN explicit FloatHalfSquare(float a) {
    constexpr float rate = -0.721347511f;
    square = a * a;
    BinaryReduction<64> reduction(square, rate);
    reduction.f = MulAdd(ExactMulAdd(a, a, -square), rate, reduction.f);
    e = reduction.Power();
  }
  CA_FN float Unscale() const {
    constexpr float unscale = Scaling<float>::kUnscale;
    return MulAdd(square, -6.674879e-9f * unscale, unscale);
  }
};
struct DoubleHalfSquare {
  double e;
  CA_FN explicit DoubleHalfSquare(double a) {
    const double h = -0.5 * a;
    const double square = h * a;
    e = ExpScaled(square, ExactMulAdd(h, a, -square));
  }
  CA_FN double Unscale() const { return 1.0; }
};
CA_FN FloatHalfSquare HalfSquare(float a) { return FloatHalfSquare(a); }
CA_FN DoubleHalfSquare HalfSquare(double a) { return DoubleHalfSquare(a); }

/// factor phi(a), of any a; the product is formed before it can underflow.
template <class T>
CA_FN T TimesNormalDensity(T factor, T a) {
  const auto half = HalfSquare(Min(T(sizeof(T) == 4 ? 15.0 : 38.6), Abs(a)));
  return half.e * T(0.398942280401432678) * factor * half.Unscale();
}

struct FloatNormalTail {
  float x, a;
  FloatHalfSquare half;
  CA_FN explicit FloatNormalTail(float input)
      : x(input), a(MinMagnitude(15.0f, input)), half(a) {}
  /// sum - a Phi(-a), the latter as p(v) half.e s with s = a / (0.85 (a + c))
  /// and v = 0.45 - s, which goes from one side of 0 to the other: neither
  /// where a goes to 0 nor far out do p's terms cancel. 0.85 keeps the divisor
  /// below 4, where floats are closer, while a Phi(-a) grows to 1 / 8, the
  /// last power of two below its peak and its worst case. Relative error of p
  /// 2^-25.6; scripts/fits/float32.py. s comes last: it may be as small as any
  /// float.
  CA_FN float MinusMoment(float sum) const {
    constexpr float unscale = -Scaling<float>::kUnscale;
    const float p[] = {0.774011612f * unscale,   1.13126111f * unscale,
                       1.16581213f * unscale,    0.782439828f * unscale,
                       0.239030734f * unscale,   -0.0861082971f * unscale,
                       -0.0905548409f * unscale, 0.0101610133f * unscale,
                       0.0269824844f * unscale};
    const float s = Quotient(a, MulAdd(a, 0.85f, 3.1960001f));
    return ExactMulAdd(PolynomialExactEnd(0.45f - s, p) * half.e, s, sum);
  }
  /// Phi(x) + x phi(x). Mills' ratio n(a) / d(a) to a relative error of
  /// 2^-26.2.
  CA_FN float Derivative() const {
    const float n[] = {0.5f, 0.43856132f, 0.183391124f, 0.0406734683f,
                       0.00411852589f};
    const float d[] = {1.0f,         1.67500746f,  1.20324099f,
                       0.469870925f, 0.101959467f, 0.0103235003f};
    const float ratio = Quotient(Polynomial(a, n), PolynomialExactEnd(a, d));
    const float tail =
        half.e * MulAdd(a, -0.398942280f, ratio) * half.Unscale();
    const float derivative = x < 0.0f ? tail : 1.0f - tail;
    return OrNan(x, derivative);  // a was cut to a number
  }
};

struct DoubleNormalTail {
  double x, a, tail;
  CA_FN explicit DoubleNormalTail(double input) : x(input) {
    a = Min(39.0, Abs(input));
    tail = 0.5 * __builtin_erfc(a * 0.70710678118654752440);
  }
  CA_FN double MinusMoment(double sum) const { return MulAdd(-a, tail, sum); }
  CA_FN double Derivative() const {
    const double t = tail - TimesNormalDensity(a, a);
    return x < 0.0 ? t : 1.0 - t;
  }
};

CA_FN FloatNormalTail NormalTail(float x) { return FloatNormalTail(x); }
CA_FN DoubleNormalTail NormalTail(double x) { return DoubleNormalTail(x); }

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_NORMAL_TAIL_H_
