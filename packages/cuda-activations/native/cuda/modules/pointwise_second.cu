#define CA_RESIDENT_BLOCKS 6

#include "../device/kernel.h"
#include "../device/pointwise.h"

#define CA_POINTWISE(Name, from_output)                                    \
  CA_KERNEL(pointwise_second, Name, PointwiseArguments) {                  \
    cuda_activations::cuda::PointwiseSecond<                               \
        cuda_activations::cuda::CA_ELEMENT, cuda_activations::math::Name>( \
        arguments);                                                        \
  }
#include "../pointwise_kernels.inc"
