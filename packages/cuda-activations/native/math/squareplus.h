// (x + sqrt(x^2 + b)) / 2; for x < 0 as b / (2 (sqrt(x^2 + b) - x))
#ifndef CUDA_ACTIVATIONS_MATH_SQUAREPLUS_H_
#define CUDA_ACTIVATIONS_MATH_SQUAREPLUS_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct Squareplus {
  T b;
  CA_FN explicit Squareplus(const double* p) : b(static_cast<T>(p[0])) {}
  CA_FN T Value(T x) const {
    const T m = Mean(Abs(x));
    return x < T(0) ? T(0.25) * b / m : m;
  }
  CA_FN T Derivative(T x) const {
    // In such units no square passes 2^126 before the quotient is 0.
    const T a = kUnit * Min(kLargest, Abs(x));
    const T scaled = kUnit * kUnit * b;
    const T square = MulAdd(a, a, scaled);
    const T sum = MulAdd(a, SquareRoot(square), square);
    // sum / (2 square), for x < 0 as b / (2 sum): no difference is formed.
    return T(0.5) * Quotient(x < T(0) ? scaled : sum, x < T(0) ? sum : square);
  }
  CA_FN T DerivativeFromOutput(T y) const {
    const T c = Min(T(1e18), y);
    return c * (c / MulAdd(c, c, T(0.25) * b));
  }
  CA_FN T SecondDerivative(T x) const {
    const T r = T(1) / Root(x);
    return T(0.5) * b * r * r * r;
  }
  /// (|x| + sqrt(x^2 + b)) / 2, without overflow.
  CA_FN T Mean(T a) const { return MulAdd(T(0.5), Root(a), T(0.5) * a); }
  /// sqrt(x^2 + b); beyond 2^32 b is lost in x^2.
  CA_FN T Root(T x) const {
    const T a = Abs(x);
    const T root = SquareRoot(MulAdd(a, a, b));
    return a > T(4294967296.0) ? a : root;
  }
  static constexpr T kUnit =
      T(sizeof(T) == 8 ? 4.909093465297727e-91 : 2.3283064365386963e-10);
  static constexpr T kLargest = T(sizeof(T) == 8 ? 1e243 : 1e28);
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SQUAREPLUS_H_
