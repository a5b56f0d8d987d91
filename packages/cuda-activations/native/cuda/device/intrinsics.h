// The hardware's approximations, with the errors that the PTX manual states
// (the emulation returns results that are wrong by as much).
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_INTRINSICS_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_INTRINSICS_H_

#include "platform.h"

namespace cuda_activations {
namespace intrinsics {

#if defined(CA_EMULATION)
using emulation::LoadVector;
using emulation::Log2;
using emulation::PowerOfTwo;
using emulation::Reciprocal;
using emulation::ReciprocalRoot;
using emulation::SquareRoot;
using emulation::StoreVector;
#else

/// 2^x, relative error at most 2^-22; 0 where it is subnormal.
CA_DEVICE float PowerOfTwo(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

/// 1 / x, error at most 1 unit in the last place.
CA_DEVICE float Reciprocal(float x) {
  float y;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

/// 1 / sqrt(x), relative error at most 2^-22.4.
CA_DEVICE float ReciprocalRoot(float x) {
  float y;
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

/// log2(x), absolute error at most 2^-22 for x in (0.5, 2).
CA_DEVICE float Log2(float x) {
  float y;
  asm("lg2.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

/// Square root, relative error at most 2^-22.
CA_DEVICE float SquareRoot(float x) {
  float y;
  asm("sqrt.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

/// 16 or 8 aligned bytes in one access. The compiler splits a plain load of a
/// vector where it sees a gain; these it must take as they are.
CA_DEVICE void LoadVector(const void* from, unsigned (&word)[4]) {
  asm volatile("ld.global.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(word[0]), "=r"(word[1]), "=r"(word[2]), "=r"(word[3])
               : "l"(from)
               : "memory");
}
CA_DEVICE void LoadVector(const void* from, unsigned (&word)[2]) {
  asm volatile("ld.global.v2.u32 {%0, %1}, [%2];"
               : "=r"(word[0]), "=r"(word[1])
               : "l"(from)
               : "memory");
}
CA_DEVICE void StoreVector(void* to, const unsigned (&word)[4]) {
  asm volatile("st.global.v4.u32 [%0], {%1, %2, %3, %4};" ::"l"(to),
               "r"(word[0]), "r"(word[1]), "r"(word[2]), "r"(word[3])
               : "memory");
}
CA_DEVICE void StoreVector(void* to, const unsigned (&word)[2]) {
  asm volatile("st.global.v2.u32 [%0], {%1, %2};" ::"l"(to), "r"(word[0]),
               "r"(word[1])
               : "memory");
}

#endif

}  // namespace intrinsics
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_INTRINSICS_H_
