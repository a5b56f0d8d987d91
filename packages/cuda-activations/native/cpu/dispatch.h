// Access to the loops of the instruction set in use.
#ifndef CUDA_ACTIVATIONS_CPU_DISPATCH_H_
#define CUDA_ACTIVATIONS_CPU_DISPATCH_H_

#include "isa/isa_kernels.h"

namespace cuda_activations {

/// The loops in use; a kernel takes them once per call.
const IsaKernels& Loops();

}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CPU_DISPATCH_H_
