// float16 and bfloat16 to float and back, round to nearest even. Subnormal
// halves are exact also where the thread flushes subnormal floats to zero (as
// TensorFlow's do).
#include "blocks.h"
#include "isa_kernels.h"
#include "isa_tables.h"
#if defined(__F16C__)
#include <immintrin.h>
#endif

CA_MATH_BEGIN

namespace {

/// Blocks of 32 through f(from, to); the remainder through padded buffers.
template <class From, class To, class F>
CA_FN void Convert(const F& f, const From* x, To* y, int64_t n) {
  constexpr int block = 32;
  int64_t i = 0;
  for (; i + block <= n; i += block) f(x + i, y + i);
  if (i == n) return;
  From in[block] = {};
  To out[block];
  CopyTail(x + i, in, n - i);
  f(in, out);
  CopyTail(out, y + i, n - i);
}

CA_FN float HalfToFloat(uint16_t half) {
  const int magnitude = (half & 0x7fff) << 13;
  const int sign = (half & 0x8000) << 16;
  const int exponent = magnitude & 0x0f800000;
  const int rebiased = magnitude + (112 << 23);
  const int special = rebiased + (112 << 23);  // infinity, NaN
  const float subnormal =
      FromBits(magnitude + (113 << 23)) - FromBits(113 << 23);
  int bits = exponent == 0x0f800000 ? special : rebiased;
  bits = exponent == 0 ? Bits(subnormal) : bits;
  return FromBits(bits | sign);
}

CA_FN uint16_t FloatToHalf(float x) {
  const int bits = Bits(x) & 0x7fffffff;
  const int sign = (Bits(x) >> 16) & 0x8000;
  // Adding 2^-14 2^10 lets the float adder round a subnormal half.
  const float magic = FromBits(126 << 23);
  const int subnormal = Bits(FromBits(bits) + magic) - (126 << 23);
  const int odd = (bits >> 13) & 1;
  const int normal = (bits - (112 << 23) + 0xfff + odd) >> 13;
  const int special = bits > 0x7f800000 ? 0x7e00 : 0x7c00;
  int half = bits < (113 << 23) ? subnormal : normal;
  half = bits >= (143 << 23) ? special : half;
  return static_cast<uint16_t>(half | sign);
}

CA_FN float BFloat16ToFloat(uint16_t x) {
  return FromBits(static_cast<int>(x) << 16);
}

CA_FN uint16_t FloatToBFloat16(float x) {
  const unsigned bits = static_cast<unsigned>(Bits(x));
  const unsigned rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  const unsigned quiet = (bits >> 16) | 0x40;
  return static_cast<uint16_t>((bits & 0x7fffffff) > 0x7f800000 ? quiet
                                                                : rounded);
}

void HalvesToFloats(const uint16_t* x, float* y, int64_t n) {
  Convert(
      [](const uint16_t* from, float* to) CA_LAMBDA {
#if defined(__F16C__)
        for (int j = 0; j < 32; j += 8)
          _mm256_storeu_ps(to + j,
                           _mm256_cvtph_ps(_mm_loadu_si128(
                               reinterpret_cast<const __m128i*>(from + j))));
#else
        for (int j = 0; j < 32; ++j) to[j] = HalfToFloat(from[j]);
#endif
      },
      x, y, n);
}

void FloatsToHalves(const float* x, uint16_t* y, int64_t n) {
  Convert(
      [](const float* from, uint16_t* to) CA_LAMBDA {
#if defined(__F16C__)
        for (int j = 0; j < 32; j += 8)
          _mm_storeu_si128(reinterpret_cast<__m128i*>(to + j),
                           _mm256_cvtps_ph(_mm256_loadu_ps(from + j),
                                           _MM_FROUND_TO_NEAREST_INT));
#else
        for (int j = 0; j < 32; ++j) to[j] = FloatToHalf(from[j]);
#endif
      },
      x, y, n);
}

void BFloat16sToFloats(const uint16_t* x, float* y, int64_t n) {
  Convert(
      [](const uint16_t* from, float* to) CA_LAMBDA {
        for (int j = 0; j < 32; ++j) to[j] = BFloat16ToFloat(from[j]);
      },
      x, y, n);
}

void FloatsToBFloat16s(const float* x, uint16_t* y, int64_t n) {
  Convert(
      [](const float* from, uint16_t* to) CA_LAMBDA {
        for (int j = 0; j < 32; ++j) to[j] = FloatToBFloat16(from[j]);
      },
      x, y, n);
}

}  // namespace

void SetConvertLoops(IsaKernels* kernels) {
  kernels->convert.half_to_float = HalvesToFloats;
  kernels->convert.float_to_half = FloatsToHalves;
  kernels->convert.bfloat16_to_float = BFloat16sToFloats;
  kernels->convert.float_to_bfloat16 = FloatsToBFloat16s;
}

CA_MATH_END
