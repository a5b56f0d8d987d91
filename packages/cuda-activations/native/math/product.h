// A product of a parameter and x to twice the working precision: exp() turns an
// absolute error of its argument into a relative one of its value.
#ifndef CUDA_ACTIVATIONS_MATH_PRODUCT_H_
#define CUDA_ACTIVATIONS_MATH_PRODUCT_H_

#include "common.h"

CA_MATH_BEGIN

template <class T>
struct Factor {
  T high;
  T low;  ///< what `high` misses of the double value
  CA_FN explicit Factor(double value)
      : high(static_cast<T>(value)), low(static_cast<T>(value - high)) {}
  /// What `product` = high * x misses of value * x.
  CA_FN T Error(T x, T product) const {
    return MulAdd(low, x, ExactMulAdd(high, x, -product));
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_PRODUCT_H_
