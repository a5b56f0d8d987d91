// What each instruction set's objects provide: loops over contiguous elements,
// without chunking, threads or checks. No standard header besides <stdint.h>
// may reach code that is compiled for more than the baseline: an inline
// function of the library compiled here could be linked in everywhere.
#ifndef CUDA_ACTIVATIONS_CPU_ISA_ISA_KERNELS_H_
#define CUDA_ACTIVATIONS_CPU_ISA_ISA_KERNELS_H_

#include <stdint.h>

namespace cuda_activations {

/// Loops of one pointwise activation. `p`: its parameters. Outputs may be the
/// same buffer as an input; but [1] of a pair stores past the caches into a
/// buffer of its own, and the caller fences (FenceStores).
template <class T>
struct PointwiseLoops {
  void (*forward[2])(const double* p, const T* x, T* y, int64_t n);
  void (*backward[2])(const double* p, const T* x, const T* dy, T* dx,
                      int64_t n);
  /// Null where the derivative is no function of the output.
  void (*from_output[2])(const double* p, const T* y, const T* dy, T* dx,
                         int64_t n);
  void (*second)(const double* p, const T* x, const T* dy, const T* ddx, T* dx2,
                 int64_t n);
};

/// Loops of one gated activation; [1] as in PointwiseLoops, its da and db equal
/// modulo kStreamAlignment.
template <class T>
struct GatedLoops {
  void (*forward[2])(const T* a, const T* b, T* y, int64_t n);
  void (*backward[2])(const T* a, const T* b, const T* dy, T* da, T* db,
                      int64_t n);
};

/// Loops that the channel-wise kernels are made of.
template <class T>
struct VectorLoops {
  /// sum[i] = x[i] + y[i]
  void (*add)(const T* x, const T* y, T* sum, int64_t n);
  /// y[i] *= factor[i]
  void (*multiply)(const T* factor, T* y, int64_t n);
  /// y[i] = x[i] > 0 ? x[i] : slope[i] x[i]
  void (*prelu)(const T* x, const T* slope, T* y, int64_t n);
  /// dx as PReluBackward; dslope[i] = dy[i] min(0, x[i])
  void (*prelu_gradient)(const T* x, const T* slope, const T* dy, T* dx,
                         T* dslope, int64_t n);
  /// Sum of x[i], in an order that n alone decides.
  T (*sum)(const T* x, int64_t n);
  /// Copies past the caches (non-temporal stores). The caller fences them.
  void (*stream)(const T* x, T* y, int64_t n);
};

/// A block of `rows` rows of `columns` elements for the APL loops. Rows of x
/// and dy are `stride` apart, rows of y and dx `out_stride`.
struct AplBlock {
  int64_t rows, columns, stride, out_stride;
  int64_t segments;
  int64_t parameters;  ///< from segment to segment of a, b, moment and count
};

/// Parameters of a block's columns. `bias` is added to x; null: there is none.
template <class T>
struct AplColumns {
  const T *a, *b, *bias;
};

/// What the backward pass adds the block's sums to: of dy max(0, b - x), of
/// dy 1[x < b] and, where there is a bias, of dx.
template <class T>
struct AplSums {
  T *moment, *count, *dx;
};

/// APL forward and backward. [1] of a pair stores past the caches, as in
/// PointwiseLoops; null where there is none. With parameters of their own, its
/// rows of y or dx start at multiples of kStreamAlignment.
template <class T>
struct AplLoops {
  void (*forward[2])(const AplBlock& block, const T* x,
                     const AplColumns<T>& columns, T* y);
  void (*backward[2])(const AplBlock& block, const T* x,
                      const AplColumns<T>& columns, const T* dy, T* dx,
                      const AplSums<T>& sums);
};

/// Which parameters the columns of a block have.
enum class AplParameterKind : int {
  kOwn = 0,      ///< each its own; columns are a multiple of kAplColumns
  kOwnBias = 1,  ///< a bias besides
  kShared = 2,   ///< all columns one set
};

/// Bytes of the longest vector.
constexpr int64_t kStreamAlignment = 64;

/// Columns with parameters of their own come in multiples of this.
constexpr int64_t kAplColumns = 16;

/// Rows of a block that share a visit of a column's parameters, and one
/// addition to its sums: enough to pay for loading them, few enough that the
/// walk through memory stays close to straight.
constexpr int64_t kAplRows = 8;

/// What the passes over one row have found so far.
struct RowPasses {
  int pass = 0;
  double max = -__DBL_MAX__;  ///< finite, so that -infinity is below it
  double sum = 0, count = 0;
  double statistic = 0;  ///< of the finished row, see math/row_functions.h
  double threshold = -1, members = 3e38;  ///< the search for it
};

/// Loops of one row-wise activation.
template <class T>
struct RowLoops {
  /// `rows` rows of n elements, one after the other.
  void (*forward)(const T* x, T* y, int64_t rows, int64_t n);
  void (*backward)(const T* y, const T* dy, T* dx, int64_t rows, int64_t n);
  /// One row in parts: reduce over all parts in order, again as long as
  /// `again` says so, then map over all parts.
  void (*reduce)(const T* x, int64_t n, RowPasses* row);
  bool (*again)(RowPasses* row);
  void (*map)(const RowPasses& row, const T* x, T* y, int64_t n);
  void (*backward_reduce)(const T* y, const T* dy, int64_t n, RowPasses* row);
  void (*backward_map)(const RowPasses& row, const T* y, const T* dy, T* dx,
                       int64_t n);
};

/// Conversions between 16-bit types and float, round to nearest even.
struct ConvertLoops {
  void (*half_to_float)(const uint16_t* x, float* y, int64_t n);
  void (*float_to_half)(const float* x, uint16_t* y, int64_t n);
  void (*bfloat16_to_float)(const uint16_t* x, float* y, int64_t n);
  void (*float_to_bfloat16)(const float* x, uint16_t* y, int64_t n);
  void (*stream)(const uint16_t* x, uint16_t* y, int64_t n);
};

/// One instruction set. The pointwise, gated and row tables are in the order of
/// their numbers.
struct IsaKernels {
  const char* name;
  const PointwiseLoops<float>* pointwise_float;
  const PointwiseLoops<double>* pointwise_double;
  const GatedLoops<float>* gated_float;
  const GatedLoops<double>* gated_double;
  const RowLoops<float>* row_float;
  const RowLoops<double>* row_double;
  VectorLoops<float> vector_float;
  VectorLoops<double> vector_double;
  /// The loops for a number of segments.
  const AplLoops<float>& (*apl_float)(int64_t segments, AplParameterKind kind);
  const AplLoops<double>& (*apl_double)(int64_t segments,
                                        AplParameterKind kind);
  ConvertLoops convert;
  /// factor[i] = keep mask of Dropout / (1 - rate) for elements
  /// first .. first + n - 1 of the tensor; cpu/philox.h.
  void (*dropout_factor)(uint64_t seed, uint64_t counter, uint32_t threshold,
                         float scale, int64_t first, float* factor, int64_t n);
};

}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CPU_ISA_ISA_KERNELS_H_
