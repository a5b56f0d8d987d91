// The yardstick of bandwidth: the same loop with nothing to compute.
#define CA_RESIDENT_BLOCKS 6

#include "../device/elementwise.h"
#include "../device/kernel.h"

CA_KERNEL(copy, vectors, CopyArguments) {
  const void* const in[] = {arguments.in};
  cuda_activations::cuda::Elementwise<cuda_activations::cuda::CA_ELEMENT>(
      in, arguments.out, arguments.span, [](float x) -> float { return x; });
}
