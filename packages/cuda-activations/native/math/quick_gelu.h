// x s(1.702 x), s the logistic function
#ifndef CUDA_ACTIVATIONS_MATH_QUICK_GELU_H_
#define CUDA_ACTIVATIONS_MATH_QUICK_GELU_H_

#include "silu.h"

CA_MATH_BEGIN

/// SiLU of fixed beta.
template <class T>
struct QuickGelu : Silu<T> {
  CA_FN explicit QuickGelu(const double*) : Silu<T>(1.702) {}
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_QUICK_GELU_H_
