// Inputs and error measures of the tests.
#ifndef CUDA_ACTIVATIONS_TESTS_SAMPLES_H_
#define CUDA_ACTIVATIONS_TESTS_SAMPLES_H_

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "../cpu/kernels.h"

namespace cuda_activations::tests {

inline float FloatOf(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}
inline uint32_t BitsOf(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

/// Every float that the whole range takes in steps, a dense run of random ones
/// where activations bend, and the special values.
std::vector<float> FloatSample();

/// Distance of neighbouring floats at `reference` (2^-149 below the normal).
inline double UlpOf(double reference) {
  const double magnitude = std::abs(reference);
  if (!(magnitude >= 1.1754943508222875e-38)) return 0x1p-149;
  // By the exponent's bits: a sweep of all floats asks for each.
  uint64_t bits;
  std::memcpy(&bits, &magnitude, sizeof bits);
  bits = (bits & 0x7ff0000000000000) - (uint64_t{23} << 52);
  double ulp;
  std::memcpy(&ulp, &bits, sizeof ulp);
  return ulp;
}

/// Error in ULP at `scale`; 0 where both are infinite alike, NaN, or where the
/// exact value lies beyond the largest float and the result is at the border.
inline double UlpError(float result, double exact, double scale) {
  constexpr double largest = std::numeric_limits<float>::max();
  if (std::isnan(exact)) return std::isnan(result) ? 0 : INFINITY;
  if (std::isnan(result)) return INFINITY;
  if (std::abs(exact) > largest) {
    return std::signbit(result) == std::signbit(exact) &&
                   std::abs(result) >= largest
               ? 0
               : INFINITY;
  }
  if (std::isinf(result)) {
    // A value within an ULP of the border may overflow.
    return std::abs(exact) > largest * (1 - 3e-7) ? 1 : INFINITY;
  }
  return std::abs(result - exact) / UlpOf(scale);
}

/// Conversions of 16-bit types that share nothing with the kernels.
double HalfValue(uint16_t bits);
double BFloat16Value(uint16_t bits);
uint16_t RoundToHalf(double x);
uint16_t RoundToBFloat16(double x);

/// A tensor of any dtype with values from `make`, `offset` elements into its
/// allocation (misaligned for vectors), with guards at both ends.
class Tensor {
 public:
  Tensor(DType dtype, int64_t count, int64_t offset = 0);
  void Fill(const std::vector<double>& values);
  void FillRandom(uint32_t seed, double spread);
  double At(int64_t i) const;
  void Set(int64_t i, double value);
  void* data() { return memory_.data() + begin_; }
  const void* data() const { return memory_.data() + begin_; }
  int64_t count() const { return count_; }
  int64_t bytes() const { return bytes_; }
  DType dtype() const { return dtype_; }
  bool GuardsIntact() const;
  bool SameBits(const Tensor& other) const {
    return std::memcmp(data(), other.data(), static_cast<size_t>(bytes_)) == 0;
  }

 private:
  DType dtype_;
  int64_t count_, bytes_;
  size_t begin_;
  std::vector<unsigned char> memory_;
};

/// Calls f(name) with each instruction set of this machine selected.
template <class F>
void ForEachIsa(const F& f) {
  const std::string before = IsaName();
  for (const char* const* isa = AvailableIsas(); *isa != nullptr; ++isa) {
    SelectIsa(*isa);
    f(*isa);
  }
  SelectIsa(before.c_str());
}

const char* NameOf(DType dtype);
/// Relative precision of the type.
double EpsilonOf(DType dtype);

}  // namespace cuda_activations::tests

#endif  // CUDA_ACTIVATIONS_TESTS_SAMPLES_H_
