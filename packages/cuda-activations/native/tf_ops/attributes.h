// Attributes of the ops, validated when a kernel is made.
#ifndef CUDA_ACTIVATIONS_TF_OPS_ATTRIBUTES_H_
#define CUDA_ACTIVATIONS_TF_OPS_ATTRIBUTES_H_

#include <stdexcept>
#include <string>
#include <utility>

#include "../cpu/kernels.h"
#include "tensorflow/core/framework/op_kernel.h"

namespace cuda_activations::tf_ops {

using tensorflow::OpKernelConstruction;

// What a device reports of its own, thrown below Guarded.
struct DeviceError {
  explicit DeviceError(absl::Status reported) : status(std::move(reported)) {}
  absl::Status status;
};

// Runs `body`; what the kernels throw becomes a Status.
template <typename Body>
absl::Status Guarded(const Body& body) {
  try {
    body();
  } catch (const std::invalid_argument& error) {
    return absl::InvalidArgumentError(error.what());
  } catch (const DeviceError& error) {
    return error.status;
  }
  return absl::OkStatus();
}

// The kernels' number of the op's type T, which the op definition restricts.
absl::Status GetDType(OpKernelConstruction* context, DType* dtype);

// Attribute `function` as a row of the table and `parameters` as its scalars.
absl::Status GetPointwise(OpKernelConstruction* context,
                          PointwiseId* activation, Parameters* parameters);

// Attribute `function` as a gated linear unit.
absl::Status GetGated(OpKernelConstruction* context, GatedId* activation);

// Attribute `function` as a function of a whole row.
absl::Status GetRowwise(OpKernelConstruction* context, RowwiseId* activation);

// Attribute `data_format`: whether channels are dimension 1.
absl::Status GetChannelsFirst(OpKernelConstruction* context,
                              bool* channels_first);

// The length of an optional list input or output: 0 or 1.
absl::Status GetOptional(OpKernelConstruction* context, const char* attribute,
                         bool* present);

}  // namespace cuda_activations::tf_ops

#endif  // CUDA_ACTIVATIONS_TF_OPS_ATTRIBUTES_H_
