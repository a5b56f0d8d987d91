// Collects the loops of one instruction set.
#include "isa_kernels.h"
#include "isa_tables.h"

#define CA_NAME(isa) CA_NAME_(isa)
#define CA_NAME_(isa) IsaKernels_##isa

namespace cuda_activations {

/// Fills `kernels`; called once, before any use.
void CA_NAME(CA_ISA)(IsaKernels* kernels) {
  kernels->pointwise_float = math::CA_ISA::kPointwiseFloat;
  kernels->pointwise_double = math::CA_ISA::kPointwiseDouble;
  kernels->gated_float = math::CA_ISA::kGatedFloat;
  kernels->gated_double = math::CA_ISA::kGatedDouble;
  math::CA_ISA::SetVectorLoops(kernels);
  math::CA_ISA::SetAplLoops(kernels);
  math::CA_ISA::SetRowLoops(kernels);
  math::CA_ISA::SetConvertLoops(kernels);
  math::CA_ISA::SetDropoutLoops(kernels);
}

}  // namespace cuda_activations
