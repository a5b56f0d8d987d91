// What the functions of a whole row are held to: their definitions in extended
// precision, sparsemax by sorting, written apart from native/math.
#ifndef CUDA_ACTIVATIONS_TESTS_ROW_REFERENCE_H_
#define CUDA_ACTIVATIONS_TESTS_ROW_REFERENCE_H_

#include <string>
#include <vector>

#include "../cpu/kernels.h"

namespace cuda_activations::tests {

/// Exact values, and what their errors are measured against.
struct RowResult {
  std::vector<double> value, scale;
};

RowResult RowValue(RowwiseId id, const std::vector<double>& x);

/// dx from y and dy, both taken as they are.
RowResult RowGradient(RowwiseId id, const std::vector<double>& y,
                      const std::vector<double>& dy);

/// Rows that take different ways through the kernels, by number: spread, far
/// from 0, equal, one large element, huge, tiny, with -infinity.
constexpr int kRowPatterns = 9;
std::vector<double> RowPattern(int pattern, int64_t width, uint32_t seed);

/// A row in which each round of the search for sparsemax's threshold drops only
/// the smallest element, as long as the format can hold one. `epsilon`: of the
/// format.
std::vector<double> SlowSparsemaxRow(double epsilon);

}  // namespace cuda_activations::tests

#endif  // CUDA_ACTIVATIONS_TESTS_ROW_REFERENCE_H_
