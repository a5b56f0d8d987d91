// Execution on a GPU: the kernels of native/cuda on the op's own stream, which
// is the other parameter that the op templates know. A failed launch is thrown,
// and Guarded turns it into the op's Status.
#ifndef CUDA_ACTIVATIONS_TF_OPS_GPU_STREAM_H_
#define CUDA_ACTIVATIONS_TF_OPS_GPU_STREAM_H_

#include <stdexcept>

#include "../cuda/launch/kernels.h"
#include "attributes.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "xla/stream_executor/stream.h"

namespace cuda_activations::tf_ops {

using tensorflow::OpKernelContext;

class GpuStream {
 public:
  explicit GpuStream(OpKernelContext* context)
      : stream_{context->op_device_context()
                    ->stream()
                    ->platform_specific_handle()
                    .stream} {}

  const cuda::Stream& stream() const { return stream_; }

  // Bytes of scratch memory on the device.
  static int64_t Workspace(const BiasActivation& op) {
    return cuda::BiasActivationBackwardWorkspace(op);
  }
  static int64_t Workspace(const PRelu& op) {
    return cuda::PReluBackwardWorkspace(op);
  }
  static int64_t Workspace(const Apl& op) {
    return cuda::AplBackwardWorkspace(op);
  }
  static int64_t BiasedWorkspace(const Apl& op) {
    return cuda::BiasedAplBackwardWorkspace(op);
  }

 private:
  cuda::Stream stream_;
};

// Throws what the launch reports.
inline void Require(const cuda::Status& status) {
  if (status.ok()) return;
  switch (status.code()) {
    case cuda::Code::kInvalidArgument:
      throw std::invalid_argument(status.message());
    case cuda::Code::kOutOfMemory:
      throw DeviceError(absl::ResourceExhaustedError(status.message()));
    case cuda::Code::kLaunchFailed:
      throw DeviceError(absl::InternalError(status.message()));
    default:
      throw DeviceError(absl::FailedPreconditionError(status.message()));
  }
}

inline void PointwiseForward(const Pointwise& op, const void* x, void* y,
                             const GpuStream& gpu) {
  Require(cuda::PointwiseForward(op, x, y, gpu.stream()));
}
inline void PointwiseBackward(const Pointwise& op, const void* x,
                              const void* dy, void* dx, const GpuStream& gpu) {
  Require(cuda::PointwiseBackward(op, x, dy, dx, gpu.stream()));
}
inline void PointwiseBackwardFromOutput(const Pointwise& op, const void* y,
                                        const void* dy, void* dx,
                                        const GpuStream& gpu) {
  Require(cuda::PointwiseBackwardFromOutput(op, y, dy, dx, gpu.stream()));
}
inline void PointwiseSecondBackward(const Pointwise& op, const void* x,
                                    const void* dy, const void* ddx, void* dx2,
                                    const GpuStream& gpu) {
  Require(cuda::PointwiseSecondBackward(op, x, dy, ddx, dx2, gpu.stream()));
}
inline void BiasActivationForward(const BiasActivation& op, const void* x,
                                  const void* bias, const void* residual,
                                  void* y, void* preactivation,
                                  const GpuStream& gpu) {
  Require(cuda::BiasActivationForward(op, x, bias, residual, y, preactivation,
                                      gpu.stream()));
}
inline void BiasActivationBackward(const BiasActivation& op,
                                   BackwardSource source, const void* saved,
                                   const void* bias, const void* residual,
                                   const void* dy, void* dx, void* dbias,
                                   void* workspace, const GpuStream& gpu) {
  Require(cuda::BiasActivationBackward(op, source, saved, bias, residual, dy,
                                       dx, dbias, workspace, gpu.stream()));
}
inline void GatedForward(const Gated& op, const void* a, const void* b, void* y,
                         const GpuStream& gpu) {
  Require(cuda::GatedForward(op, a, b, y, gpu.stream()));
}
inline void GatedBackward(const Gated& op, const void* a, const void* b,
                          const void* dy, void* da, void* db,
                          const GpuStream& gpu) {
  Require(cuda::GatedBackward(op, a, b, dy, da, db, gpu.stream()));
}
inline void PReluForward(const PRelu& op, const void* x, const void* slope,
                         void* y, const GpuStream& gpu) {
  Require(cuda::PReluForward(op, x, slope, y, gpu.stream()));
}
inline void PReluBackward(const PRelu& op, const void* x, const void* slope,
                          const void* dy, void* dx, void* dslope,
                          void* workspace, const GpuStream& gpu) {
  Require(cuda::PReluBackward(op, x, slope, dy, dx, dslope, workspace,
                              gpu.stream()));
}
inline void AplForward(const Apl& op, const void* x, const void* a,
                       const void* b, void* y, const GpuStream& gpu) {
  Require(cuda::AplForward(op, x, a, b, y, gpu.stream()));
}
inline void BiasedAplForward(const Apl& op, const void* x, const void* bias,
                             const void* a, const void* b, void* y,
                             const GpuStream& gpu) {
  Require(cuda::BiasedAplForward(op, x, bias, a, b, y, gpu.stream()));
}
inline void BiasedAplBackward(const Apl& op, const void* x, const void* bias,
                              const void* a, const void* b, const void* dy,
                              void* dx, void* dbias, void* da, void* db,
                              void* workspace, const GpuStream& gpu) {
  Require(cuda::BiasedAplBackward(op, x, bias, a, b, dy, dx, dbias, da, db,
                                  workspace, gpu.stream()));
}
inline void AplBackward(const Apl& op, const void* x, const void* a,
                        const void* b, const void* dy, void* dx, void* da,
                        void* db, void* workspace, const GpuStream& gpu) {
  Require(
      cuda::AplBackward(op, x, a, b, dy, dx, da, db, workspace, gpu.stream()));
}

inline void RowwiseForward(const Rowwise& op, const void* x, void* y,
                           const GpuStream& gpu) {
  Require(cuda::RowwiseForward(op, x, y, gpu.stream()));
}
inline void RowwiseBackward(const Rowwise& op, const void* y, const void* dy,
                            void* dx, const GpuStream& gpu) {
  Require(cuda::RowwiseBackward(op, y, dy, dx, gpu.stream()));
}

}  // namespace cuda_activations::tf_ops

#endif  // CUDA_ACTIVATIONS_TF_OPS_GPU_STREAM_H_
