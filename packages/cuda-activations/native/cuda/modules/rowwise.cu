#define CA_RESIDENT_BLOCKS 5

#include "../device/kernel.h"
#include "../device/rowwise.h"

#define CA_ROWWISE_KERNEL(family, Name, backward)                           \
  CA_KERNEL(family, Name, RowwiseArguments) {                               \
    cuda_activations::cuda::RowFunction<cuda_activations::cuda::CA_ELEMENT, \
                                        cuda_activations::math::Name,       \
                                        backward>(arguments);               \
  }
#define CA_ROWWISE(Name)                          \
  CA_ROWWISE_KERNEL(rowwise_forward, Name, false) \
  CA_ROWWISE_KERNEL(rowwise_backward, Name, true)
#include "../../generated/rowwise_functors.inc"
