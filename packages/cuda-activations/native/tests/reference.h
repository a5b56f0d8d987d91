// What the kernels are held to: direct definitions in double, written apart
// from native/math.
#ifndef CUDA_ACTIVATIONS_TESTS_REFERENCE_H_
#define CUDA_ACTIVATIONS_TESTS_REFERENCE_H_

#include "../cpu/activation_table.h"

namespace cuda_activations::tests {

using Function = double (*)(double x, const double* p);

/// One row for each pointwise activation. A scale is what errors are measured
/// at where the value itself is a difference that passes zero: the sum of the
/// magnitudes of its terms; null where the value is its own scale.
struct Reference {
  const char* name;
  Function value;
  Function derivative;
  Function derivative_scale;
  Function second;
  Function second_scale;
  Function from_output;  ///< f' as a function of y, or null
  Function from_output_scale;
};

/// Throws std::runtime_error where the activation has no row.
const Reference& ReferenceOf(PointwiseId id);

}  // namespace cuda_activations::tests

#endif  // CUDA_ACTIVATIONS_TESTS_REFERENCE_H_
