// Entry points of the CPU kernels: pointwise, bias + activation, gated,
// learned-per-channel and row-wise activations, forward and backward.
//
// Conventions of every function here:
//  * Tensors are dense and row-major; all tensors of a call have the call's
//    dtype. Counts are in elements, 64 bits wide, and may be 0; the pointers of
//    an empty tensor may be null.
//  * Pointers need no alignment beyond the element's (typed arrays and slices
//    give no more). A workspace needs alignof(double).
//  * An output may be the same buffer as an input of the same shape (in
//    place). Any other overlap of an output with an input or an output throws.
//  * 16-bit types compute in float and round once; float64 computes in double.
//  * Hinges are inactive at equality; each kink is stated in activations.json.
//  * Results do not depend on the number of threads, bit for bit. They may
//    differ between instruction sets by the stated error of the function.
//  * std::invalid_argument names the argument, what was expected and what came.
//    It is thrown before any output is written. Nothing else is thrown, but
//    std::bad_alloc by APL, which copies its parameters.
#ifndef CUDA_ACTIVATIONS_CPU_KERNELS_H_
#define CUDA_ACTIVATIONS_CPU_KERNELS_H_

#include <cstddef>
#include <cstdint>

#include "activation_table.h"
#include "parallel_for.h"

namespace cuda_activations {

/// Element types; the numbers are shared with TypeScript (dtypeIds).
enum class DType : int32_t {
  kFloat32 = 0,
  kFloat16 = 1,
  kBFloat16 = 2,
  kFloat64 = 3,
};
constexpr int kDTypeCount = 4;

/// Bytes of one element. Throws for a number that is no DType.
size_t ElementSize(DType dtype);

// ---------------------------------------------------------------- pointwise

/// y[i] = f(x[i]) over `count` elements of any shape.
struct Pointwise {
  PointwiseId activation = PointwiseId::kLinear;
  Parameters parameters;  ///< DefaultParameters(activation) or validated ones
  DType dtype = DType::kFloat32;
  int64_t count = 0;
};

/// y = f(x).
void PointwiseForward(const Pointwise& op, const void* x, void* y,
                      const ParallelFor& parallel);

/// dx = dy f'(x).
void PointwiseBackward(const Pointwise& op, const void* x, const void* dy,
                       void* dx, const ParallelFor& parallel);

/// dx = dy f'(x), with f' computed from y = f(x). Throws where
/// Info(activation).from_output is false.
void PointwiseBackwardFromOutput(const Pointwise& op, const void* y,
                                 const void* dy, void* dx,
                                 const ParallelFor& parallel);

/// The second backward pass with respect to x: dx2 = ddx dy f''(x), where ddx
/// is the gradient that reached PointwiseBackward's result. (With respect to dy
/// it is PointwiseBackward(x, ddx).)
void PointwiseSecondBackward(const Pointwise& op, const void* x, const void* dy,
                             const void* ddx, void* dx2,
                             const ParallelFor& parallel);

// ------------------------------------------------------- channels of a tensor

/// A tensor seen as [outer, channels, inner]. Channels-last has inner = 1;
/// channels-first [N, C, H, W] has outer = N, inner = H W; one parameter per
/// position (Keras' default PReLU) has channels = the product of all axes but
/// the batch.
struct ChannelLayout {
  int64_t outer = 0;
  int64_t channels = 0;
  int64_t inner = 1;
};

// -------------------------------------------- bias + activation (+ residual)

/// Dropout whose mask is a pure function of (seed, counter, element index):
/// element i is dropped where Philox4x32-10 with key `seed`, stream `counter`
/// gives a 32-bit word below round(rate 2^32), else scaled by 1 / (1 - rate).
/// The mapping of elements to words is that of cpu/philox.h.
struct Dropout {
  double rate = 0;  ///< in [0, 1); 0: no dropout
  uint64_t seed = 0;
  uint64_t counter = 0;
};

/// y = dropout(f(x + bias[c] + residual)).
struct BiasActivation {
  PointwiseId activation = PointwiseId::kLinear;
  Parameters parameters;
  DType dtype = DType::kFloat32;
  ChannelLayout layout;
  Dropout dropout;
};

/// x, residual, y: [outer, channels, inner]; bias: [channels]. `bias` and
/// `residual` may be null. Where `preactivation` is not null it receives
/// x + bias + residual in the call's dtype, for kFromPreactivation below.
void BiasActivationForward(const BiasActivation& op, const void* x,
                           const void* bias, const void* residual, void* y,
                           void* preactivation, const ParallelFor& parallel);

/// Which tensor BiasActivationBackward computes f' from.
enum class BackwardSource : int32_t {
  kFromInput = 0,          ///< x (with bias and residual, as in the forward)
  kFromPreactivation = 1,  ///< x + bias + residual; bias, residual unused
  kFromOutput = 2,  ///< y; needs from_output and no dropout; the rest unused
};

/// dx = dy mask / (1 - rate) f'(x + bias + residual), which is the residual's
/// gradient too; dbias[c] = sum of dx over outer and inner. `saved` is the
/// tensor that `source` names. `dbias` may be null (then `workspace` too).
/// `workspace`: BiasActivationBackwardWorkspace(op) bytes, contents arbitrary.
void BiasActivationBackward(const BiasActivation& op, BackwardSource source,
                            const void* saved, const void* bias,
                            const void* residual, const void* dy, void* dx,
                            void* dbias, void* workspace,
                            const ParallelFor& parallel);

/// Bytes of workspace for the deterministic sum; depends on the shape alone.
int64_t BiasActivationBackwardWorkspace(const BiasActivation& op);

// -------------------------------------------------------------------- gated

/// y = a g(b) for `rows` rows of `width` elements. a and b (and da, db) have
/// `stride` elements from row to row, y and dy are dense [rows, width].
///  * packed [rows, 2 H]: width = H, stride = 2 H, a = x, b = x + H elements
///    (channels-first [N, 2 C, H, W]: rows = N, width = C H W)
///  * two tensors: rows = 1, width = stride = count.
struct Gated {
  GatedId activation = GatedId::kGlu;
  DType dtype = DType::kFloat32;
  int64_t rows = 0;
  int64_t width = 0;
  int64_t stride = 0;
};

void GatedForward(const Gated& op, const void* a, const void* b, void* y,
                  const ParallelFor& parallel);

/// da = dy g(b), db = dy a g'(b). da and db may be a and b (in place).
void GatedBackward(const Gated& op, const void* a, const void* b,
                   const void* dy, void* da, void* db,
                   const ParallelFor& parallel);

// -------------------------------------------------------------------- PReLU

/// y = x > 0 ? x : slope[c] x. x, y: [outer, channels, inner]; slope:
/// [channels].
struct PRelu {
  DType dtype = DType::kFloat32;
  ChannelLayout layout;
};

void PReluForward(const PRelu& op, const void* x, const void* slope, void* y,
                  const ParallelFor& parallel);

/// dx = dy (x > 0 ? 1 : slope[c]); dslope[c] = sum of dy min(0, x).
/// `workspace`: PReluBackwardWorkspace(op) bytes.
void PReluBackward(const PRelu& op, const void* x, const void* slope,
                   const void* dy, void* dx, void* dslope, void* workspace,
                   const ParallelFor& parallel);
int64_t PReluBackwardWorkspace(const PRelu& op);

// ---------------------------------------------------------------------- APL

/// Adaptive piecewise linear unit (Agostinelli et al. 2015):
/// y = max(0, x) + sum_s a[s, c] max(0, b[s, c] - x).
/// x, y: [outer, channels, inner]; a, b: [segments, channels], segments >= 0.
struct Apl {
  DType dtype = DType::kFloat32;
  ChannelLayout layout;
  int64_t segments = 0;
};

void AplForward(const Apl& op, const void* x, const void* a, const void* b,
                void* y, const ParallelFor& parallel);

/// dx = dy (1[x > 0] - sum_s a[s, c] 1[x < b[s, c]]),
/// da[s, c] = sum of dy max(0, b[s, c] - x),
/// db[s, c] = a[s, c] sum of dy 1[x < b[s, c]].
/// `workspace`: AplBackwardWorkspace(op) bytes.
void AplBackward(const Apl& op, const void* x, const void* a, const void* b,
                 const void* dy, void* dx, void* da, void* db, void* workspace,
                 const ParallelFor& parallel);
int64_t AplBackwardWorkspace(const Apl& op);

/// The same of x + bias[c], with dbias[c] = sum of dx over outer; bias, dbias:
/// [channels]. The channels are the last dimension (inner = 1).
void BiasedAplForward(const Apl& op, const void* x, const void* bias,
                      const void* a, const void* b, void* y,
                      const ParallelFor& parallel);
void BiasedAplBackward(const Apl& op, const void* x, const void* bias,
                       const void* a, const void* b, const void* dy, void* dx,
                       void* dbias, void* da, void* db, void* workspace,
                       const ParallelFor& parallel);
int64_t BiasedAplBackwardWorkspace(const Apl& op);

// ----------------------------------------------------------------- row-wise

/// y = f(x) over `rows` rows of `width` elements: softmax, log_softmax,
/// sparsemax. Each row is summed in an order that its width alone decides. A
/// row with NaN or +infinity, or of nothing but -infinity, becomes NaN.
struct Rowwise {
  RowwiseId activation = RowwiseId::kSoftmax;
  DType dtype = DType::kFloat32;
  int64_t rows = 0;
  int64_t width = 0;
};

void RowwiseForward(const Rowwise& op, const void* x, void* y,
                    const ParallelFor& parallel);

/// dx from y = f(x) and dy. (The input is not needed.)
void RowwiseBackward(const Rowwise& op, const void* y, const void* dy, void* dx,
                     const ParallelFor& parallel);

// ----------------------------------------------------------- instruction set

/// The instruction set in use: "x86-64", "x86-64-v3", "x86-64-v4", "neon" or
/// "generic". The best one that machine and operating system support, unless
/// the environment variable CUDA_ACTIVATIONS_ISA named another one at load
/// (an unknown or unsupported name is ignored and told by IsaWarning()).
const char* IsaName();

/// Null, or why CUDA_ACTIVATIONS_ISA was not followed.
const char* IsaWarning();

/// Names of those this machine can run, best first, null-terminated.
const char* const* AvailableIsas();

/// For tests: uses another instruction set from now on, in every thread.
/// Throws std::invalid_argument for a name that is not in AvailableIsas().
void SelectIsa(const char* name);

}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CPU_KERNELS_H_
