// x s(beta x), s the logistic function
#ifndef CUDA_ACTIVATIONS_MATH_SILU_H_
#define CUDA_ACTIVATIONS_MATH_SILU_H_

#include "logistic.h"

CA_MATH_BEGIN

/// x with the sign of p x; for p = 0 something not below 0, which is no finite
/// number where x is none.
template <class T>
class Sense {
 public:
  CA_FN explicit Sense(double p)
      : sign_(p < 0.0   ? T(-1)
              : p > 0.0 ? T(1)
                        : T(0)) {}
  CA_FN T operator()(T x) const { return sign_ * x; }

 private:
  T sign_;
};
template <>
class Sense<float> {
 public:
  CA_FN explicit Sense(double p)
      : flip_(p < 0.0 ? kSign : 0), keep_(p == 0.0 ? ~kSign : -1) {}
  CA_FN float operator()(float x) const {
    return FromBits((Bits(x) ^ flip_) & keep_);
  }

 private:
  static constexpr int kSign = static_cast<int>(0x80000000u);
  int flip_, keep_;
};

template <class T>
struct Silu {
  Decay<T> decay;
  T rate;  ///< |beta|
  Sense<T> sense;
  T far;  ///< beyond it s(|beta| x) is 1; finite, so that infinity lies beyond
  CA_FN explicit Silu(const double* p) : Silu(p[0]) {}
  CA_FN explicit Silu(double beta)
      : decay(beta < 0.0 ? -beta : beta),
        rate(static_cast<T>(beta < 0.0 ? -beta : beta)),
        sense(beta),
        far(Min(T(sizeof(T) == 8 ? 1.7976931348623157e308 : 3.40282347e38),
                decay.limit() * T(sizeof(T) == 8 ? 0.06 : 0.16))) {}

  CA_FN T Value(T x) const {
    const Terms t(*this, x);
    const T factor = SelectBySign(t.u, t.scaled, T(1));
    const T y = ProductByOnePlus(t.a, factor, t.z) *
                SelectBySign(t.u, Scaling<T>::kUnscale, T(1));
    return t.u <= far ? WithSign(y, x) : x;
  }
  CA_FN T Derivative(T x) const {
    const Terms t(*this, x);
    return OrNan(x, GateSlope(t.u < T(0), t.a, rate, t.scaled));
  }
  CA_FN T SecondDerivative(T x) const {
    const Terms t(*this, x);
    const T d = Quotient(T(1), T(1) + t.z);
    const T tail = t.z * d;
    // beta f'' is even, its second factor |u| (1 - 2 s(|u|)) + 2.
    const T factor = MulAdd(rate * t.a, tail - d, T(2));
    return OrNan(x, sense(rate) * tail * d * factor);
  }

  /// u = x with the sign of beta x, a = |x| cut where exp(-|beta x|) is 0, that
  /// scaled, and z = exp(-|beta x|). Of a NaN x only u is none.
  struct Terms {
    T u, a, scaled, z;
    CA_FN Terms(const Silu& f, T x)
        : u(f.sense(x)),
          a(MinMagnitude(f.decay.limit(), x)),
          scaled(f.decay(a)),
          z(scaled * Scaling<T>::kUnscale) {}
  };
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SILU_H_
