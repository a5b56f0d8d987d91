// The test harness prints which kernels it ran.
#include "../cpu/kernels.h"

namespace cuda_activations {
const char* IsaName() { return "CUDA"; }
}  // namespace cuda_activations
