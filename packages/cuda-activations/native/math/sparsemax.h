// max(0, x - t), t such that the row sums to 1
#ifndef CUDA_ACTIVATIONS_MATH_SPARSEMAX_H_
#define CUDA_ACTIVATIONS_MATH_SPARSEMAX_H_

#include "row_functions.h"

CA_MATH_BEGIN

template <class T>
struct Sparsemax {
  static constexpr RowStatistic kStatistic = RowStatistic::kThreshold;
  static constexpr bool kKeepsTerms = false;
  /// The gradient takes the mean over the elements with y > 0.
  static constexpr bool kCountsMembers = true;

  CA_FN static T Value(T x, T max, T threshold) {
    return Max(T(0), (x - max) - threshold);
  }

  CA_FN static T Weight(T y, T dy) { return y > T(0) ? dy : T(0); }
  /// y 0 keeps a NaN.
  CA_FN static T Gradient(T y, T dy, T mean) {
    return y > T(0) ? dy - mean : y * T(0);
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_SPARSEMAX_H_
