// Names of the kernels of each activation, from the activation table.
#ifndef CUDA_ACTIVATIONS_CUDA_LAUNCH_NAMES_H_
#define CUDA_ACTIVATIONS_CUDA_LAUNCH_NAMES_H_

#include "../../cpu/activation_table.h"

namespace cuda_activations {
namespace cuda {

inline const char* KernelNameOf(PointwiseId id) {
  static constexpr const char* names[] = {
#define CA_POINTWISE(Name, from_output) #Name,
#include "../../generated/pointwise_functors.inc"
#undef CA_POINTWISE
  };
  return names[static_cast<int>(id)];
}

inline const char* KernelNameOf(GatedId id) {
  static constexpr const char* names[] = {
#define CA_GATED(Name, ...) #Name,
#include "../../generated/gated_functors.inc"
#undef CA_GATED
  };
  return names[static_cast<int>(id)];
}

inline const char* KernelNameOf(RowwiseId id) {
  static constexpr const char* names[] = {
#define CA_ROWWISE(Name) #Name,
#include "../../generated/rowwise_functors.inc"
#undef CA_ROWWISE
  };
  return names[static_cast<int>(id)];
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_LAUNCH_NAMES_H_
