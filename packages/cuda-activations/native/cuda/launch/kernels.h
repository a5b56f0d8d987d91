// The kernels of native/cpu/kernels.h on a GPU: same arguments and meaning, but
// all tensors and workspaces lie in the memory of the stream's GPU, the call
// returns before the GPU has finished, and failures are values.
//
// Types: float32, float16, bfloat16. Workspaces are sized by the functions
// here.
#ifndef CUDA_ACTIVATIONS_CUDA_LAUNCH_KERNELS_H_
#define CUDA_ACTIVATIONS_CUDA_LAUNCH_KERNELS_H_

#include "../../cpu/kernels.h"
#include "launch.h"

namespace cuda_activations {
namespace cuda {

Status PointwiseForward(const Pointwise& op, const void* x, void* y,
                        const Stream& stream);
Status PointwiseBackward(const Pointwise& op, const void* x, const void* dy,
                         void* dx, const Stream& stream);
Status PointwiseBackwardFromOutput(const Pointwise& op, const void* y,
                                   const void* dy, void* dx,
                                   const Stream& stream);
Status PointwiseSecondBackward(const Pointwise& op, const void* x,
                               const void* dy, const void* ddx, void* dx2,
                               const Stream& stream);

Status BiasActivationForward(const BiasActivation& op, const void* x,
                             const void* bias, const void* residual, void* y,
                             void* preactivation, const Stream& stream);
Status BiasActivationBackward(const BiasActivation& op, BackwardSource source,
                              const void* saved, const void* bias,
                              const void* residual, const void* dy, void* dx,
                              void* dbias, void* workspace,
                              const Stream& stream);
int64_t BiasActivationBackwardWorkspace(const BiasActivation& op);

Status GatedForward(const Gated& op, const void* a, const void* b, void* y,
                    const Stream& stream);
Status GatedBackward(const Gated& op, const void* a, const void* b,
                     const void* dy, void* da, void* db, const Stream& stream);

Status PReluForward(const PRelu& op, const void* x, const void* slope, void* y,
                    const Stream& stream);
Status PReluBackward(const PRelu& op, const void* x, const void* slope,
                     const void* dy, void* dx, void* dslope, void* workspace,
                     const Stream& stream);
int64_t PReluBackwardWorkspace(const PRelu& op);

Status AplForward(const Apl& op, const void* x, const void* a, const void* b,
                  void* y, const Stream& stream);
Status AplBackward(const Apl& op, const void* x, const void* a, const void* b,
                   const void* dy, void* dx, void* da, void* db,
                   void* workspace, const Stream& stream);
int64_t AplBackwardWorkspace(const Apl& op);

Status BiasedAplForward(const Apl& op, const void* x, const void* bias,
                        const void* a, const void* b, void* y,
                        const Stream& stream);
Status BiasedAplBackward(const Apl& op, const void* x, const void* bias,
                         const void* a, const void* b, const void* dy, void* dx,
                         void* dbias, void* da, void* db, void* workspace,
                         const Stream& stream);
int64_t BiasedAplBackwardWorkspace(const Apl& op);

Status RowwiseForward(const Rowwise& op, const void* x, void* y,
                      const Stream& stream);
Status RowwiseBackward(const Rowwise& op, const void* y, const void* dy,
                       void* dx, const Stream& stream);

/// y = x by the loop of the pointwise kernels: the yardstick of bandwidth.
Status Copy(DType dtype, int64_t count, const void* x, void* y,
            const Stream& stream);

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_LAUNCH_KERNELS_H_
