// Names that the objects of one instruction set share.
#ifndef CUDA_ACTIVATIONS_CPU_ISA_ISA_TABLES_H_
#define CUDA_ACTIVATIONS_CPU_ISA_ISA_TABLES_H_

#include "../../math/common.h"
#include "isa_kernels.h"

// A lambda must be inlined like the formula that it holds.
#define CA_LAMBDA __attribute__((always_inline))

CA_MATH_BEGIN

extern const PointwiseLoops<float> kPointwiseFloat[];
extern const PointwiseLoops<double> kPointwiseDouble[];
extern const GatedLoops<float> kGatedFloat[];
extern const GatedLoops<double> kGatedDouble[];
void SetVectorLoops(IsaKernels* kernels);
void SetAplLoops(IsaKernels* kernels);
void SetRowLoops(IsaKernels* kernels);
void SetConvertLoops(IsaKernels* kernels);
void SetDropoutLoops(IsaKernels* kernels);

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_CPU_ISA_ISA_TABLES_H_
