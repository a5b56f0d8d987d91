// Tensors as the kernels take them: raw pointers and channel layouts.
#ifndef CUDA_ACTIVATIONS_TF_OPS_TENSORS_H_
#define CUDA_ACTIVATIONS_TF_OPS_TENSORS_H_

#include "../cpu/kernels.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace cuda_activations::tf_ops {

using tensorflow::OpKernel;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;

inline const void* Data(const Tensor& tensor) { return tensor.data(); }
inline const void* Data(const Tensor* tensor) {
  return tensor == nullptr ? nullptr : tensor->data();
}
inline void* Data(Tensor* tensor) {
  return tensor == nullptr ? nullptr : tensor->data();
}

// Elementwise operands never broadcast.
absl::Status SameShapes(const char* name, const Tensor& tensor,
                        const char* other_name, const Tensor& other);

// `x` as [outer, channels, inner] with one channel for each element of
// dimension 1 (channels_first) or of the last dimension.
absl::Status LayoutOfAxis(const TensorShape& x, bool channels_first,
                          ChannelLayout* layout);

// `x` as [outer, channels, inner] for learned parameters of the shape
// `parameter` (without its first `skip` dimensions): [channels], [1] shared by
// all, or x's shape without the batch.
absl::Status LayoutOfParameter(const char* name, const TensorShape& x,
                               const TensorShape& parameter, int skip,
                               bool channels_first, ChannelLayout* layout);

// Scratch memory of a kernel on the op's device.
absl::Status AllocateWorkspace(OpKernelContext* context, int64_t bytes,
                               Tensor* workspace);

}  // namespace cuda_activations::tf_ops

#endif  // CUDA_ACTIVATIONS_TF_OPS_TENSORS_H_
