// exp and its kin in float and double: branch-free, gradual underflow kept.
//
// Values that decay like exp(-|x|) come scaled by 2^64 (float): a product such
// as x exp(x) is then formed from full-precision factors and rounded once,
// where exp(x) alone would already be subnormal. Multiply the end result by
// kUnscale.
#ifndef CUDA_ACTIVATIONS_MATH_EXPONENTIAL_FUNCTIONS_H_
#define CUDA_ACTIVATIONS_MATH_EXPONENTIAL_FUNCTIONS_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct Scaling;
template <>
struct Scaling<float> {
  static constexpr float kUnscale = 5.42101086242752217e-20f;  // 2^-64
  /// exp(kLowest) times anything below 1e3 rounds to zero.
  static constexpr float kLowest = -115.0f;
};
template <>
struct Scaling<double> {
  static constexpr double kUnscale = 1.0;
  static constexpr double kLowest = -760.0;
};

// x = n ln2 + r, |r| <= ln2 / 2. kRound's low mantissa bits receive n.
struct FloatReduction {
  static constexpr float kRound = 12582912.0f;  // 1.5 2^23
  static constexpr float kLog2E = 1.44269504088896341f;
  static constexpr float kLn2High = 0.693145751953125f;  // 16 bits: n kLn2High
  static constexpr float kLn2Low = 1.42860682030941723e-6f;  // is exact
  int n;
  float r;
  CA_FN explicit FloatReduction(float x) {
    const float shifted = MulAdd(x, kLog2E, kRound);
    const float whole = shifted - kRound;
    n = Bits(shifted) - 0x4b400000;
    r = MulAdd(whole, -kLn2Low, ExactDifference(x, whole));
  }
  /// x + low, |low| much smaller than |x|.
  CA_FN FloatReduction(float x, float low) {
    const float shifted = MulAdd(x, kLog2E, kRound);
    const float whole = shifted - kRound;
    n = Bits(shifted) - 0x4b400000;
    r = MulAdd(whole, -kLn2Low, ExactDifference(x, whole)) + low;
  }
  CA_FN static float ExactDifference(float x, float whole) {
    return MulAdd(whole, -kLn2High, x);
  }
};

// Coefficients: scripts/fits/float32.py.

/// e^r, |r| <= ln2 / 2; relative error 2^-28.2 before rounding.
CA_FN float ExpOfReduced(float r) {
  const float c[] = {1.0f,          1.0f,           0.49999994f,   0.166665211f,
                     0.0416682661f, 0.00836867746f, 0.00138207281f};
#if CA_HAS_FMA
  return Polynomial(r, c);
#else
  // Without a fused multiply the last products' roundings would count.
  const float q[] = {c[2], c[3], c[4], c[5], c[6]};
  return 1.0f + (r + r * r * Polynomial(r, q));
#endif
}

/// e^r - 1, |r| <= ln2 / 2; relative error 2^-26.1 before rounding.
CA_FN float Expm1OfReduced(float r) {
  const float c[] = {0.49999997f, 0.16666545f, 0.0416675024f, 0.00836639944f,
                     0.00138645084f};
  return MulAdd(r * r, Polynomial(r, c), r);
}

/// 2^n, -126 <= n <= 127; of any other n, as a NaN gives, some float.
CA_FN float PowerOfTwo(int n) {
  return FromBits(static_cast<int>(static_cast<unsigned>(n + 127) << 23));
}

/// 2^64 e^x for kLowest <= x <= 43; for kLowest and below the result is
/// finite, tiny and unspecified: clamp first.
CA_FN float ExpScaled(float x) {
  const FloatReduction reduction(x);
  return ExpOfReduced(reduction.r) * PowerOfTwo(reduction.n + 64);
}
CA_FN float ExpScaled(float x, float low) {
  const FloatReduction reduction(x, low);
  return ExpOfReduced(reduction.r) * PowerOfTwo(reduction.n + 64);
}

/// 2^f, |f| <= 1 / 2; relative error 2^-28.3 before rounding.
CA_FN float ExpOfReducedBinary(float f) {
  const float c[] = {1.0f,          0.693147182f,   0.240226477f,
                     0.0555035956f, 0.00961850118f, 0.00133909844f,
                     0.00015328516f};
#if CA_HAS_FMA
  return Polynomial(f, c);
#else
  return ExpOfReduced(f * c[1]);
#endif
}

// a (high + low) = n + f, |f| <= 1 / 2, the product exact where n is
// subtracted: an exponent that is itself a product needs no second word.
// 2^scale times the power of two leaves by the exponent's bits, which takes no
// multiplication; a is a number, and n + scale within -125 and 126.
template <int scale>
struct BinaryReduction {
  static constexpr float kRound = FloatReduction::kRound + scale;
  int exponent;  ///< n + scale in the exponent's place
  float f;
  CA_FN BinaryReduction(float a, float high) {
    const float shifted = MulAdd(a, high, kRound);
    exponent = static_cast<int>(static_cast<unsigned>(Bits(shifted)) << 23);
    f = ExactMulAdd(a, high, kRound - shifted);
  }
  CA_FN BinaryReduction(float a, float high, float low)
      : BinaryReduction(a, high) {
    f = MulAdd(a, low, f);
  }
  /// 2^scale 2^(n + f).
  CA_FN float Power() const {
    return FromBits(Bits(ExpOfReducedBinary(f)) + exponent);
  }
};

/// 2^64 2^(a (high + low)).
CA_FN float BinaryExpOfProductScaled(float a, float high, float low) {
  return BinaryReduction<64>(a, high, low).Power();
}

/// 2^64 e^(-rate a) for a from 0 to limit(), where it is 0 for any use.
template <class T>
class Decay;
template <>
class Decay<float> {
 public:
  CA_FN explicit Decay(double rate)
      : high_(static_cast<float>(-kLog2E * rate)),
        low_(static_cast<float>(-kLog2E * rate - high_)),
        limit_(static_cast<float>(-double(Scaling<float>::kLowest) / rate)) {}
  CA_FN float operator()(float a) const {
    return BinaryExpOfProductScaled(a, high_, low_);
  }
  CA_FN float limit() const { return limit_; }

 private:
  static constexpr double kLog2E = 1.4426950408889634074;
  float high_, low_, limit_;
};

/// e^(-2 a) for 0 <= a <= 40; relative error 2^-25.2 a before rounding.
CA_FN float ExpOfMinusTwice(float a) {
  return BinaryReduction<0>(a, -2.0f * FloatReduction::kLog2E).Power();
}

/// e^x for all x: 0 below, infinity above, gradual underflow between.
CA_FN float Exp(float x) {
  x = Max(-105.0f, x);
  x = Min(89.0f, x);
  const FloatReduction reduction(x);
  const int half = reduction.n >> 1;
  return ExpOfReduced(reduction.r) * PowerOfTwo(half) *
         PowerOfTwo(reduction.n - half);
}

/// e^x for x <= 0.
CA_FN float ExpOfNegative(float x) {
  return ExpScaled(Max(Scaling<float>::kLowest, x)) * Scaling<float>::kUnscale;
}

/// e^x - 1 for x <= 0.
CA_FN float Expm1Negative(float x, float low = 0.0f) {
  x = Max(-60.0f, x);
  const FloatReduction reduction(x, low);
  const float scale = PowerOfTwo(reduction.n);
  return MulAdd(scale, Expm1OfReduced(reduction.r), scale - 1.0f);
}

/// log(1 + z), 0 <= z <= 1.
CA_FN float Log1pOfUnit(float z) {
  const float s = Quotient(z, 2.0f + z);
  const float u = s * s;
  const float c[] = {0.666666746f, 0.399989486f, 0.286152095f, 0.214439511f,
                     0.242449358f};
  return MulAdd(s * u, Polynomial(u, c), 2.0f * s);
}

// Double: the accuracy of the C library's functions is taken as it is.
CA_FN double ExpScaled(double x) { return __builtin_exp(x); }
CA_FN double ExpScaled(double x, double low) {
  const double e = __builtin_exp(x);
  return MulAdd(e, low, e);
}
CA_FN double Exp(double x) { return __builtin_exp(x); }
CA_FN double ExpOfNegative(double x) { return __builtin_exp(x); }

template <>
class Decay<double> {
 public:
  CA_FN explicit Decay(double rate) : rate_(rate) {}
  CA_FN double operator()(double a) const {
    const double product = rate_ * a;
    return ExpScaled(-product, -ExactMulAdd(rate_, a, -product));
  }
  CA_FN double limit() const { return -Scaling<double>::kLowest / rate_; }

 private:
  double rate_;
};
CA_FN double Expm1Negative(double x, double low = 0.0) {
  const double m = __builtin_expm1(x);
  return MulAdd(m + 1.0, low, m);
}
CA_FN double Log1pOfUnit(double z) { return __builtin_log1p(z); }

/// exp(-|x|) for all x, not scaled.
template <class T>
CA_FN T ExpOfMinusAbs(T x) {
  return ExpScaled(Max(Scaling<T>::kLowest, -Abs(x))) * Scaling<T>::kUnscale;
}

/// The same for all numbers x; of a NaN, something.
template <class T>
CA_FN T ExpOfMinusMagnitude(T x) {
  const Decay<T> decay(1.0);
  return decay(MinMagnitude(decay.limit(), x)) * Scaling<T>::kUnscale;
}

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_EXPONENTIAL_FUNCTIONS_H_
