// exp(x - max) / sum of exp(x - max)
#ifndef CUDA_ACTIVATIONS_MATH_SOFTMAX_H_
#define CUDA_ACTIVATIONS_MATH_SOFTMAX_H_

#include "row_functions.h"

CA_MATH_BEGIN

template <class T>
struct Softmax {
  static constexpr RowStatistic kStatistic = RowStatistic::kExponentials;
  /// y is a term of the sum times the statistic.
  static constexpr bool kKeepsTerms = true;
  static constexpr bool kCountsMembers = false;

  template <class Sum>
  CA_FN static Sum Statistic(Sum sum) {
    return Quotient(Sum(1), sum);
  }
  CA_FN static T Value(T x, T max, T statistic) {
    return ExpOfDifference(x, max) * statistic;
  }

  /// What the backward pass sums, and the gradient from that sum.
  CA_FN static T Weight(T y, T dy) { return y * dy; }
  CA_FN static T Gradient(T y, T dy, T sum) { return y * (dy - sum); }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SOFTMAX_H_
