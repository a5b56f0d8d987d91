// Execution on the CPU: the kernels of native/cpu on TensorFlow's intra-op
// threads. The op templates take an execution as their parameter and pass it to
// the kernels as the last argument; another device is another such class with
// overloads of the same kernel functions.
#ifndef CUDA_ACTIVATIONS_TF_OPS_INTRA_OP_THREADS_H_
#define CUDA_ACTIVATIONS_TF_OPS_INTRA_OP_THREADS_H_

#include <algorithm>
#include <cmath>

#include "../cpu/kernels.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/util/work_sharder.h"

namespace cuda_activations::tf_ops {

using tensorflow::OpKernelContext;

// TensorFlow's own pool, so that ops that run side by side share its threads
// instead of adding more.
class IntraOpThreads final : public ParallelFor {
 public:
  explicit IntraOpThreads(OpKernelContext* context)
      : threads_(*context->device()->tensorflow_cpu_worker_threads()) {}

  void Run(int64_t count, double nanoseconds, const Body& body) const override {
    const double cost = std::ceil(std::max(1.0, nanoseconds));
    tensorflow::Shard(threads_.num_threads, threads_.workers, count,
                      static_cast<int64_t>(cost), body);
  }

  // Bytes of scratch memory.
  static int64_t Workspace(const BiasActivation& op) {
    return BiasActivationBackwardWorkspace(op);
  }
  static int64_t Workspace(const PRelu& op) {
    return PReluBackwardWorkspace(op);
  }
  static int64_t Workspace(const Apl& op) { return AplBackwardWorkspace(op); }
  static int64_t BiasedWorkspace(const Apl& op) {
    return BiasedAplBackwardWorkspace(op);
  }

 private:
  const tensorflow::DeviceBase::CpuWorkerThreads& threads_;
};

}  // namespace cuda_activations::tf_ops

#endif  // CUDA_ACTIVATIONS_TF_OPS_INTRA_OP_THREADS_H_
