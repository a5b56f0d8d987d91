// x - max - log(sum of exp(x - max))
#ifndef CUDA_ACTIVATIONS_MATH_LOG_SOFTMAX_H_
#define CUDA_ACTIVATIONS_MATH_LOG_SOFTMAX_H_

#include "row_functions.h"

CA_MATH_BEGIN

template <class T>
struct LogSoftmax {
  static constexpr RowStatistic kStatistic = RowStatistic::kExponentials;
  static constexpr bool kKeepsTerms = false;
  static constexpr bool kCountsMembers = false;

  template <class Sum>
  CA_FN static Sum Statistic(Sum sum) {
    return LogOfSum(sum);
  }
  CA_FN static T Value(T x, T max, T statistic) {
    return (x - max) - statistic;
  }

  CA_FN static T Weight(T, T dy) { return dy; }
  CA_FN static T Gradient(T y, T dy, T sum) {
    return dy - ExpOfNegative(y) * sum;
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_LOG_SOFTMAX_H_
