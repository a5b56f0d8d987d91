// What a kernel source needs besides the formulas: NVRTC compiles it without
// any standard header, the emulation compiles it as C++.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_PRELUDE_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_PRELUDE_H_

#if defined(CA_EMULATION)
#include "../../emulation/shim.h"
#define CA_DEVICE inline
#define CA_UNROLL _Pragma("GCC unroll 16")
#else
// The formulas spell these functions as the host compilers do.
#define __builtin_fmaf fmaf
#define __builtin_fma fma
#define __builtin_sqrtf sqrtf
#define __builtin_sqrt sqrt
#define __builtin_exp exp
#define __builtin_expm1 expm1
#define __builtin_log1p log1p
#define __builtin_erfc erfc
#define __builtin_tanh tanh
#define __builtin_inff() __int_as_float(0x7f800000)
#define CA_DEVICE __device__ __forceinline__
#define CA_UNROLL _Pragma("unroll")
#endif

#include "../arguments.h"
#include "intrinsics.h"

#define CA_RECIPROCAL(b) ::cuda_activations::intrinsics::Reciprocal(b)
#define CA_RECIPROCAL_ROOT(x) ::cuda_activations::intrinsics::ReciprocalRoot(x)

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_PRELUDE_H_
