// The number type in which 16-bit tensors run through the formulas: a float
// whose exponential, quotient and square root are the hardware's approximations
// (relative error at most 2^-22; a subnormal float is 0, which of the 16-bit
// types only bfloat16 could show). The result is then rounded to 8 or 11 bits.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_APPROXIMATE_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_APPROXIMATE_H_

#include "formulas.h"

CA_MATH_BEGIN

struct Approximate {
  float value;
  constexpr CA_FN Approximate() : value(0) {}
  constexpr CA_FN Approximate(float v) : value(v) {}
  constexpr CA_FN explicit Approximate(double v)
      : value(static_cast<float>(v)) {}
  constexpr CA_FN explicit Approximate(int v) : value(static_cast<float>(v)) {}
  constexpr CA_FN operator float() const { return value; }
  constexpr CA_FN explicit operator double() const { return value; }
};

#define CA_APPROXIMATE_OPERATOR(op)                                       \
  constexpr CA_FN Approximate operator op(Approximate a, Approximate b) { \
    return Approximate(a.value op b.value);                               \
  }
#define CA_APPROXIMATE_COMPARISON(op)                              \
  constexpr CA_FN bool operator op(Approximate a, Approximate b) { \
    return a.value op b.value;                                     \
  }
CA_APPROXIMATE_OPERATOR(+)
CA_APPROXIMATE_OPERATOR(-)
CA_APPROXIMATE_OPERATOR(*)
CA_APPROXIMATE_COMPARISON(<)
CA_APPROXIMATE_COMPARISON(>)
CA_APPROXIMATE_COMPARISON(<=)
CA_APPROXIMATE_COMPARISON(>=)
CA_APPROXIMATE_COMPARISON(==)
#undef CA_APPROXIMATE_OPERATOR
#undef CA_APPROXIMATE_COMPARISON

constexpr CA_FN Approximate operator-(Approximate a) {
  return Approximate(-a.value);
}
/// In quarters: the reciprocal of a denominator beyond 2^126 would be 0. The
/// formulas use Quotient where theirs cannot become as large.
CA_FN Approximate operator/(Approximate a, Approximate b) {
  return 0.25f * a.value * intrinsics::Reciprocal(0.25f * b.value);
}

CA_FN Approximate Quotient(Approximate a, Approximate b) {
  return a.value * intrinsics::Reciprocal(b.value);
}

CA_FN Approximate QuotientByOnePlus(Approximate a, Approximate z) {
  return a.value * intrinsics::Reciprocal(1.0f + z.value);
}
CA_FN Approximate ProductByOnePlus(Approximate a, Approximate b,
                                   Approximate z) {
  return a.value * b.value * intrinsics::Reciprocal(1.0f + z.value);
}

CA_FN Approximate MulAdd(Approximate a, Approximate b, Approximate c) {
  return MulAdd(a.value, b.value, c.value);
}
CA_FN Approximate ExactMulAdd(Approximate a, Approximate b, Approximate c) {
  return MulAdd(a.value, b.value, c.value);
}
CA_FN Approximate Abs(Approximate x) { return Abs(x.value); }
CA_FN Approximate MinMagnitude(Approximate limit, Approximate x) {
  return MinMagnitude(limit.value, x.value);
}
CA_FN Approximate WithSign(Approximate magnitude, Approximate x) {
  return WithSign(magnitude.value, x.value);
}
CA_FN Approximate SquareRoot(Approximate x) {
  return intrinsics::SquareRoot(x.value);
}

/// No scaling: a 16-bit result that would need it is 0.
template <>
struct Scaling<Approximate> {
  static constexpr Approximate kUnscale = Approximate(1.0f);
  static constexpr Approximate kLowest = Approximate(-120.0f);
};

template <>
struct Factor<Approximate> {
  Approximate high;
  CA_FN explicit Factor(double value) : high(static_cast<float>(value)) {}
  CA_FN Approximate Error(Approximate, Approximate) const {
    return Approximate(0.0f);
  }
};

template <>
class Decay<Approximate> {
 public:
  CA_FN explicit Decay(double rate)
      : binary_(static_cast<float>(-1.4426950408889634074 * rate)),
        limit_(static_cast<float>(120.0 / rate)) {}
  CA_FN Approximate operator()(Approximate a) const {
    return intrinsics::PowerOfTwo(binary_ * a.value);
  }
  CA_FN Approximate limit() const { return limit_; }

 private:
  float binary_, limit_;
};

CA_FN Approximate Exp(Approximate x) {
  return intrinsics::PowerOfTwo(x.value * 1.44269504088896341f);
}
CA_FN Approximate ExpOfNegative(Approximate x) { return Exp(x); }
CA_FN Approximate ExpScaled(Approximate x, Approximate = Approximate(0.0f)) {
  return Exp(x);
}

/// e^x - 1, by its series where the difference cancels.
CA_FN Approximate Expm1Negative(Approximate x,
                                Approximate = Approximate(0.0f)) {
  const float c[] = {1.0f,          0.5f,           0.166666667f,
                     0.0416666667f, 0.00833333333f, 0.00138888889f};
  const float series = x.value * Polynomial(x.value, c);
  return x.value > -0.25f ? series : Exp(x).value - 1.0f;
}

/// log(1 + z), 0 <= z <= 1, by its series where z is small.
CA_FN Approximate Log1pOfUnit(Approximate z) {
  const float c[] = {1.0f, -0.5f, 0.333333333f, -0.25f, 0.2f};
  const float series = z.value * Polynomial(z.value, c);
  const float far = intrinsics::Log2(1.0f + z.value) * 0.693147180559945309f;
  return z.value < 0.0625f ? series : far;
}

/// tanh(a) for a so large that 1 - z does not cancel.
CA_FN float TangentOfLarge(float a) {
  const float z = intrinsics::PowerOfTwo(-2.88539008177792681f * a);
  return (1.0f - z) * intrinsics::Reciprocal(1.0f + z);
}
CA_FN Approximate HyperbolicTangent(Approximate x) {
  const float a = Abs(x.value);
  const float u = x.value * x.value;
  const float c[] = {1.0f, -0.333333333f, 0.133333333f, -0.053968254f};
  const float near = a * Polynomial(u, c);
  return WithSign(a < 0.25f ? near : TangentOfLarge(a), x.value);
}
CA_FN Approximate TanhDifference(Approximate x) {
  const float u = x.value * x.value;
  const float c[] = {0.333333313f,   -0.133330762f,  0.0539192073f,
                     -0.0215257443f, 0.00774136977f, -0.00176681986f};
  const float near = x.value * u * Polynomial(u, c);
  const float a = Abs(x.value);
  const float far = x.value - WithSign(TangentOfLarge(a), x.value);
  return a < 0.75f ? near : far;
}

CA_FN Approximate GeluTanhExpScaled(Approximate a) {
  const float slope =
      MulAdd(0.102943242f, a.value * a.value, 2.30220819f);  // of log2
  return intrinsics::PowerOfTwo(-slope * a.value);
}
CA_FN Approximate BreakTie(Approximate y, Approximate x) {
  return BreakTie(y.value, x.value);
}

/// factor phi(a).
CA_FN Approximate TimesNormalDensity(Approximate factor, Approximate a) {
  return factor.value * 0.398942280401432678f *
         intrinsics::PowerOfTwo(-0.721347520444481704f * a.value * a.value);
}

/// FloatNormalTail without its compensation.
struct ApproximateNormalTail {
  float x, a, e, ratio;
  CA_FN explicit ApproximateNormalTail(Approximate input) : x(input.value) {
    a = Min(14.5f, Abs(x));
    e = intrinsics::PowerOfTwo(-0.721347520444481704f * a * a);
    // Phi(-a) exp(a^2 / 2) = N(a) / D(a), relative error 2^-26.
    const float n[] = {0.5f, 0.437541574f, 0.182664156f, 0.040437188f,
                       0.00408620667f};
    const float d[] = {1.0f,         1.67296803f,  1.20015943f,
                       0.467960387f, 0.101367638f, 0.0102424771f};
    ratio = Polynomial(a, n) * intrinsics::Reciprocal(Polynomial(a, d));
  }
  CA_FN Approximate MinusMoment(Approximate sum) const {
    return MulAdd(-a, ratio * e, sum.value);
  }
  CA_FN Approximate Derivative() const {
    const float tail = e * MulAdd(a, -0.398942280f, ratio);
    return x < 0.0f ? tail : 1.0f - tail;
  }
};
CA_FN ApproximateNormalTail NormalTail(Approximate x) {
  return ApproximateNormalTail(x);
}

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_APPROXIMATE_H_
