// Argument checks shared with the CPU kernels, as statuses.
#ifndef CUDA_ACTIVATIONS_CUDA_LAUNCH_CHECKED_H_
#define CUDA_ACTIVATIONS_CUDA_LAUNCH_CHECKED_H_

#include <stdexcept>

#include "../../cpu/checks.h"
#include "status.h"

namespace cuda_activations {
namespace cuda {

template <class Checks>
Status Checked(const Checks& checks) {
  try {
    checks();
  } catch (const std::invalid_argument& error) {
    return {Code::kInvalidArgument, error.what()};
  }
  return {};
}

/// A buffer of the call, of no bytes where it is left out.
inline Buffer Optional(const char* name, const void* data, int64_t bytes) {
  return {name, data, data == nullptr ? 0 : bytes};
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_LAUNCH_CHECKED_H_
