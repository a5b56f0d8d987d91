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

#define CA_APL_KERNEL(Pass, name, held, per_lane, biased)                  \
  CA_KERNEL(name, held, AplArguments) {                                    \
    cuda_activations::cuda::Pass<cuda_activations::cuda::CA_ELEMENT, held, \
                                 per_lane, biased>(arguments);             \
  }
#define CA_APL(held)                                                        \
  CA_APL_KERNEL(AplForward, apl_forward_columns, held, true, false)         \
  CA_APL_KERNEL(AplForward, apl_forward_planes, held, false, false)         \
  CA_APL_KERNEL(AplBackward, apl_backward_columns, held, true, false)       \
  CA_APL_KERNEL(AplBackward, apl_backward_planes, held, false, false)       \
  CA_APL_KERNEL(AplForward, apl_biased_forward_columns, held, true, true)   \
  CA_APL_KERNEL(AplForward, apl_biased_forward_planes, held, false, true)   \
  CA_APL_KERNEL(AplBackward, apl_biased_backward_columns, held, true, true) \
  CA_APL_KERNEL(AplBackward, apl_biased_backward_planes, held, false, true)
#include "../apl_held.inc"
