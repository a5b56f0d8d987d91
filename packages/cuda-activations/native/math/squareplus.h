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
    const T a = Min(kLargest, Abs(x));
    const T root = Root(a), m = Mean(a);
    // m root passes the largest float long before the quotient underflows.
    const T numerator = x < T(0) ? T(0.25) * b * kSmall : m;
    const T denominator = x < T(0) ? m * kSmall * root : root;
    return numerator / denominator;
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
  static constexpr T kSmall = T(5.42101086242752217e-20);  // 2^-64
  static constexpr T kLargest =
      T(sizeof(T) == 8 ? 1.7976931348623157e308 : 3.4028234663852886e38);
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SQUAREPLUS_H_
