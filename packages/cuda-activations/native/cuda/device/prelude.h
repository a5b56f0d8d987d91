// What every kernel source begins with.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_PRELUDE_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_PRELUDE_H_

#include "../arguments.h"
#include "intrinsics.h"
#include "platform.h"

// What the formulas divide by, see math/common.h.
#define CA_RECIPROCAL(b) ::cuda_activations::intrinsics::Reciprocal(b)
#define CA_RECIPROCAL_ROOT(x) ::cuda_activations::intrinsics::ReciprocalRoot(x)

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_PRELUDE_H_
