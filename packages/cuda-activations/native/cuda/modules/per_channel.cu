#include "../device/apl.h"
#include "../device/kernel.h"
#include "../device/prelu.h"

CA_KERNEL(prelu, forward, PReluArguments) {
  cuda_activations::cuda::PReluForward<cuda_activations::cuda::CA_ELEMENT>(
      arguments);
}
CA_KERNEL(prelu, backward, PReluArguments) {
  cuda_activations::cuda::PReluBackward<cuda_activations::cuda::CA_ELEMENT>(
      arguments);
}

#define CA_APL(held)                                                        \
  CA_KERNEL(apl_forward_columns, held, AplArguments) {                      \
    cuda_activations::cuda::AplForward<cuda_activations::cuda::CA_ELEMENT,  \
                                       held, true>(arguments);              \
  }                                                                         \
  CA_KERNEL(apl_forward_planes, held, AplArguments) {                       \
    cuda_activations::cuda::AplForward<cuda_activations::cuda::CA_ELEMENT,  \
                                       held, false>(arguments);             \
  }                                                                         \
  CA_KERNEL(apl_backward_columns, held, AplArguments) {                     \
    cuda_activations::cuda::AplBackward<cuda_activations::cuda::CA_ELEMENT, \
                                        held, true>(arguments);             \
  }                                                                         \
  CA_KERNEL(apl_backward_planes, held, AplArguments) {                      \
    cuda_activations::cuda::AplBackward<cuda_activations::cuda::CA_ELEMENT, \
                                        held, false>(arguments);            \
  }
#include "../apl_held.inc"
