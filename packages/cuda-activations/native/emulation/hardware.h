// The hardware functions of the kernels. Approximations are wrong by as much
// as the PTX manual allows, in a direction that the argument's bits decide, so
// that an error bound which holds here holds for any hardware that keeps to the
// manual.
#ifndef CUDA_ACTIVATIONS_EMULATION_HARDWARE_H_
#define CUDA_ACTIVATIONS_EMULATION_HARDWARE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace cuda_activations {
namespace emulation {

inline uint32_t BitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
inline float FloatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// 1 or -1, as good as random but a function of the bits.
inline double Direction(float x) {
  return BitsOf(x) * 2654435761u >> 31 ? 1.0 : -1.0;
}

/// `exact`, wrong by `relative` in the direction that belongs to `x`.
inline float Wrong(double exact, double relative, float x) {
  return static_cast<float>(exact * (1.0 + Direction(x) * relative));
}

inline float FlushSubnormal(float x) {
  return std::fabs(x) < 1.17549435e-38f ? std::copysign(0.0f, x) : x;
}

inline float PowerOfTwo(float x) {
  return FlushSubnormal(Wrong(std::exp2(static_cast<double>(x)), 0x1p-22, x));
}
inline float Reciprocal(float x) {
  return FlushSubnormal(
      Wrong(1.0 / static_cast<double>(FlushSubnormal(x)), 0x1p-24, x));
}
inline float ReciprocalRoot(float x) {
  return Wrong(1.0 / std::sqrt(static_cast<double>(x)), 0x1p-22, x);
}
inline float Log2(float x) {
  const double exact = std::log2(static_cast<double>(x));
  return static_cast<float>(exact + Direction(x) * 0x1p-22);
}
inline float SquareRoot(float x) {
  return Wrong(std::sqrt(static_cast<double>(x)), 0x1p-22, x);
}

/// Alignment as the hardware demands it: a fault otherwise.
template <int words>
void RequireAligned(const void* address) {
  if (reinterpret_cast<uintptr_t>(address) % (4 * words) != 0) __builtin_trap();
}
template <int words>
void LoadVector(const void* from, unsigned (&word)[words]) {
  RequireAligned<words>(from);
  // Word by word, which the sanitizers watch (they do not see into memcpy's
  // origin line as well).
  const unsigned* source = static_cast<const unsigned*>(from);
  for (int i = 0; i < words; ++i) word[i] = source[i];
}
template <int words>
void StoreVector(void* to, const unsigned (&word)[words]) {
  RequireAligned<words>(to);
  unsigned* target = static_cast<unsigned*>(to);
  for (int i = 0; i < words; ++i) target[i] = word[i];
}

struct Float16Conversion {
  static float ToFloat(unsigned half) {
    const unsigned sign = (half & 0x8000u) << 16;
    const unsigned exponent = half >> 10 & 0x1f, fraction = half & 0x3ff;
    if (exponent == 0) {
      return std::copysign(std::ldexp(static_cast<float>(fraction), -24),
                           FloatOf(sign));
    }
    const unsigned rebiased = exponent == 31 ? 255 : exponent + 112;
    return FloatOf(sign | rebiased << 23 | fraction << 13);
  }
  static float HighToFloat(unsigned word) { return ToFloat(word >> 16); }
  static unsigned FromFloat(float value) {
    const unsigned sign = BitsOf(value) >> 16 & 0x8000u;
    if (std::isnan(value)) return 0x7fffu;
    const float magnitude = std::fabs(value);
    if (magnitude >= 65520.0f) return sign | 0x7c00u;
    // Units of the last place: 2^-24 for subnormal halves.
    int exponent;
    std::frexp(magnitude, &exponent);
    const int unit = magnitude == 0 ? -24 : std::max(exponent - 11, -24);
    const double scaled =
        std::nearbyint(std::ldexp(static_cast<double>(magnitude), -unit));
    const unsigned whole = static_cast<unsigned>(scaled);
    return sign | (static_cast<unsigned>(unit + 24) * 0x400u + whole);
  }
  static unsigned FromFloats(float low, float high) {
    return FromFloat(high) << 16 | FromFloat(low);
  }
};

struct BFloat16Conversion {
  static float ToFloat(unsigned half) { return FloatOf(half << 16); }
  static float HighToFloat(unsigned word) {
    return FloatOf(word & 0xffff0000u);
  }
  static unsigned FromFloat(float value) {
    if (std::isnan(value)) return 0x7fffu;
    const uint32_t bits = BitsOf(value);
    return (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  }
  static unsigned FromFloats(float low, float high) {
    return FromFloat(high) << 16 | FromFloat(low);
  }
};

}  // namespace emulation
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_EMULATION_HARDWARE_H_
