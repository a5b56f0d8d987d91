// The compiler behind a kernel source: NVRTC, which knows no standard header,
// or the emulation's C++ compiler.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_PLATFORM_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_PLATFORM_H_

#if defined(CA_EMULATION)
#include "../../emulation/shim.h"
#define CA_DEVICE inline
#define CA_NOINLINE inline __attribute__((noinline))
#define CA_UNROLL _Pragma("GCC unroll 16")
#else
// The formulas spell these functions as the host compilers do.
#define __builtin_fmaf fmaf
#define __builtin_fma fma
#define __builtin_sqrtf sqrtf
#define __builtin_sqrt sqrt
#define __builtin_exp exp
#define __builtin_expm1 expm1
#define __builtin_log log
#define __builtin_log1p log1p
#define __builtin_erfc erfc
#define __builtin_tanh tanh
#define __builtin_inff() __int_as_float(0x7f800000)
#define CA_DEVICE __device__ __forceinline__
#define CA_NOINLINE __device__ __noinline__
#define CA_UNROLL _Pragma("unroll")
#endif

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_PLATFORM_H_
