#define CA_RESIDENT_BLOCKS 6

#include "../device/kernel.h"
#include "../device/pointwise.h"

#define CA_FROM_OUTPUT_0(Name)
#define CA_FROM_OUTPUT_1(Name)                                             \
  CA_KERNEL(pointwise_from_output, Name, PointwiseArguments) {             \
    cuda_activations::cuda::PointwiseFromOutput<                           \
        cuda_activations::cuda::CA_ELEMENT, cuda_activations::math::Name>( \
        arguments);                                                        \
  }
#define CA_POINTWISE(Name, from_output) CA_FROM_OUTPUT_##from_output(Name)
#include "../pointwise_kernels.inc"
