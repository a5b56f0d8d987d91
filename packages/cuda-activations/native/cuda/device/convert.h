// float16 and bfloat16 to float and back, to nearest even, by the hardware's
// own conversions (the emulation brings the same functions).
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_CONVERT_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_CONVERT_H_

#include "prelude.h"

namespace cuda_activations {
namespace cuda {

#if defined(CA_EMULATION)
using emulation::BFloat16Conversion;
using emulation::Float16Conversion;
#else

struct Float16Conversion {
  CA_DEVICE static float ToFloat(unsigned half) {
    float value;
    asm("cvt.f32.f16 %0, %1;"
        : "=f"(value)
        : "h"(static_cast<unsigned short>(half)));
    return value;
  }
  CA_DEVICE static float HighToFloat(unsigned word) {
    return ToFloat(word >> 16);
  }
  /// `low` and `high` as one word.
  CA_DEVICE static unsigned FromFloats(float low, float high) {
    unsigned word;
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
    return word;
  }
};

struct BFloat16Conversion {
  CA_DEVICE static float ToFloat(unsigned half) {
    return __uint_as_float(half << 16);
  }
  CA_DEVICE static float HighToFloat(unsigned word) {
    return __uint_as_float(word & 0xffff0000u);
  }
  CA_DEVICE static unsigned FromFloats(float low, float high) {
    unsigned word;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
    return word;
  }
};

#endif

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_CONVERT_H_
