// What the functions of a whole row are made of. Each function says how its
// row's statistic follows from sums, and the value from x, the row's largest
// element and the statistic; the loops over the row belong to the devices.
#ifndef CUDA_ACTIVATIONS_MATH_ROW_FUNCTIONS_H_
#define CUDA_ACTIVATIONS_MATH_ROW_FUNCTIONS_H_

#include "exponential_functions.h"

CA_MATH_BEGIN

/// What a row's statistic is made of.
enum class RowStatistic {
  kExponentials,  ///< the sum of exp(x - max)
  kThreshold,     ///< t with sum of max(0, x - max - t) = 1
};

/// What rounding took from difference = x - max.
template <class T>
CA_FN T DifferenceError(T x, T max, T difference) {
  const T back = difference - x;
  return (x - (difference - back)) - (max + back);
}

/// exp(x - max), x <= max, with the difference as if it were exact.
template <class T>
CA_FN T ExpOfDifference(T x, T max) {
  const T lowest = Scaling<T>::kLowest;
  const T d = x - max;
  // An infinite difference has no error; a clamped one must have none.
  const T low = d > lowest ? DifferenceError(x, max, d) : T(0);
  return ExpScaled(Max(lowest, d), low) * Scaling<T>::kUnscale;
}

/// log(x) of a normal x > 0; -infinity of 0.
CA_FN float LogOfSum(float x) {
  const int bits = Bits(x);
  const float exponent = static_cast<float>((bits >> 23) - 127);
  const float fraction = FromBits((bits & 0x007fffff) | 0x3f800000) - 1.0f;
  const float low =
      MulAdd(exponent, FloatReduction::kLn2Low, Log1pOfUnit(fraction));
  const float log = MulAdd(exponent, FloatReduction::kLn2High, low);
  return x > 0.0f ? log : x - __builtin_inff();
}
CA_FN double LogOfSum(double x) { return __builtin_log(x); }

/// Finds the threshold of a row by Newton's method on
/// f(t) = sum of max(0, d - t) - 1, d = x - max, from t = -1, below which no
/// threshold lies. f is convex and falls: t grows to the threshold, and the
/// elements above it become fewer until they stay. Each round at least quarters
/// the product of f and their number, so that the rounds for n elements are at
/// most log4(n^2 2^24), and few as a rule.
template <class T>
struct ThresholdSearch {
  T threshold;
  T members;  ///< at the threshold before
  CA_FN ThresholdSearch() : threshold(-1), members(T(3e38)) {}

  /// Whether d counts among the elements above the threshold; NaN does, so that
  /// it reaches the sum.
  CA_FN static bool IsMember(T d, T threshold) { return !(d <= threshold); }

  /// Takes the sum of d over the members and their number. False: the threshold
  /// is found (NaN or -infinity where the row has none).
  CA_FN bool Refine(T sum, T count) {
    threshold = (sum - T(1)) / count;
    const bool fewer = count < members;
    members = count;
    return fewer;
  }
};

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_MATH_ROW_FUNCTIONS_H_
