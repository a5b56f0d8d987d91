// Finds kernels in the embedded images, loads them for the stream's context,
// and launches them.
#ifndef CUDA_ACTIVATIONS_CUDA_LAUNCH_LAUNCH_H_
#define CUDA_ACTIVATIONS_CUDA_LAUNCH_LAUNCH_H_

#include <string>

#include "../../cpu/kernels.h"
#include "driver.h"

namespace cuda_activations {
namespace cuda {

/// A CUDA stream (CUstream) of the caller; null is the legacy default stream of
/// the current context.
struct Stream {
  StreamHandle handle = nullptr;
};

/// The kernel `family`_`name` for `dtype`, in the image `module`.
struct KernelName {
  const char* module;
  const char* family;
  const char* name;
  DType dtype;
};

/// Whether the GPU has kernels for the type (float64 has none).
bool HasKernels(DType dtype);

/// Launches `blocks` blocks (none is no launch) with one argument struct.
/// `zero`, unless null, is set to zero over `zero_bytes` before, on the stream.
/// Thread-safe; never synchronises with the GPU.
Status Launch(const Stream& stream, const KernelName& kernel, int64_t blocks,
              const void* arguments, void* zero = nullptr,
              int64_t zero_bytes = 0);

/// Why device number `device` cannot run the kernels, or an ok status.
Status CheckDevice(int device);

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_LAUNCH_LAUNCH_H_
