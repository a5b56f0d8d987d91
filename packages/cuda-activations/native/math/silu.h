// x s(beta x), s the logistic function
#ifndef CUDA_ACTIVATIONS_MATH_SILU_H_
#define CUDA_ACTIVATIONS_MATH_SILU_H_

#include "logistic.h"

CA_MATH_BEGIN

template <class T>
struct Silu {
  Decay<T> decay;
  T rate;   ///< |beta|
  T sense;  ///< sign of beta; 0 for 0
  T far;    ///< beyond it s(|beta| x) is 1
  CA_FN explicit Silu(const double* p) : Silu(p[0]) {}
  CA_FN explicit Silu(double beta)
      : decay(beta < 0.0 ? -beta : beta),
        rate(static_cast<T>(beta < 0.0 ? -beta : beta)),
        sense(beta < 0.0   ? T(-1)
              : beta > 0.0 ? T(1)
                           : T(0)),
        far(decay.limit() * T(sizeof(T) == 8 ? 0.06 : 0.16)) {}

  CA_FN T Value(T x) const {
    const T a = MinMagnitude(decay.limit(), x);
    const T scaled = decay(a);
    const T u = sense * x;
    const T numerator = u < T(0) ? scaled : T(1);
    const T high = a * numerator;
    const T y = QuotientByOnePlus(high, ExactMulAdd(a, numerator, -high),
                                  scaled * Scaling<T>::kUnscale);
    const T near = u < T(0) ? y * Scaling<T>::kUnscale : y;
    return u <= far ? WithSign(near, x) : x;
  }
  CA_FN T Derivative(T x) const {
    const Terms t(*this, x);
    return GateSlope(t.negative, Abs(t.x), rate, t.scaled);
  }
  CA_FN T SecondDerivative(T x) const {
    const Terms t(*this, x);
    const T d = Quotient(T(1), T(1) + t.z);
    const T tail = t.z * d;
    const T difference = t.negative ? d - tail : tail - d;  // 1 - 2 s
    const T u = rate * (sense * t.x);
    return sense * rate * tail * d * MulAdd(u, difference, T(2));
  }

  /// x kept where exp(-|beta x|) is not 0, that scaled, and z = exp(-|beta x|).
  struct Terms {
    T x, scaled, z;
    bool negative;  ///< beta x < 0
    CA_FN Terms(const Silu& f, T input) {
      const T limit = f.decay.limit();
      x = Min(limit, Max(-limit, input));
      scaled = f.decay(Abs(x));
      z = scaled * Scaling<T>::kUnscale;
      negative = f.sense * x < T(0);
    }
  };
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SILU_H_
