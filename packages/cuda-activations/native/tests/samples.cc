#include "samples.h"

namespace cuda_activations::tests {

namespace {

/// x rounded to `precision` significant bits, exponents from `least` on, RNE.
double RoundTo(double x, int precision, int least) {
  if (x == 0 || !std::isfinite(x)) return x;
  const int exponent = std::max(std::ilogb(x), least);
  const double unit = std::ldexp(1.0, exponent - precision + 1);
  return std::nearbyint(x / unit) * unit;
}

constexpr size_t kGuard = 64;
constexpr unsigned char kGuardByte = 0xa5;

}  // namespace

std::vector<float> FloatSample() {
  std::vector<float> sample;
  for (uint64_t bits = 0; bits <= 0xffffffffULL; bits += 6151)
    sample.push_back(FloatOf(static_cast<uint32_t>(bits)));
  std::mt19937 random(20240607);
  for (const float spread : {0.01f, 1.0f, 4.0f, 20.0f, 150.0f}) {
    std::uniform_real_distribution<float> uniform(-spread, spread);
    for (int i = 0; i < 120000; ++i) sample.push_back(uniform(random));
  }
  for (const float x :
       {0.0f, -0.0f, 1e-45f, -1e-45f, 1e-40f, -1e-40f, 1.17549435e-38f, 0.5f,
        -0.5f, 1.0f, -1.0f, 3.0f, -3.0f, 6.0f,
        // exp is subnormal, 1.7 times as much is not.
        -87.6517029f, 150.0f, -150.0f, 3.4028235e38f, -3.4028235e38f, INFINITY,
        -INFINITY, NAN}) {
    sample.push_back(x);
    sample.push_back(std::nextafterf(x, INFINITY));
    sample.push_back(std::nextafterf(x, -INFINITY));
  }
  return sample;
}

double HalfValue(uint16_t bits) {
  const int exponent = (bits >> 10) & 31, mantissa = bits & 1023;
  const double sign = bits & 0x8000 ? -1 : 1;
  if (exponent == 31) return mantissa == 0 ? sign * INFINITY : NAN;
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(1024 + mantissa, exponent - 25);
}

double BFloat16Value(uint16_t bits) {
  return FloatOf(static_cast<uint32_t>(bits) << 16);
}

uint16_t RoundToHalf(double x) {
  const uint16_t sign = std::signbit(x) ? 0x8000 : 0;
  if (std::isnan(x)) return 0x7e00;
  const double rounded = std::abs(RoundTo(x, 11, -14));
  if (rounded > 65504) return sign | 0x7c00;
  if (rounded < std::ldexp(1.0, -14))
    return sign | static_cast<uint16_t>(std::ldexp(rounded, 24));
  const int exponent = std::ilogb(rounded);
  const int mantissa =
      static_cast<int>(std::ldexp(rounded, 10 - exponent)) - 1024;
  return static_cast<uint16_t>(sign | ((exponent + 15) << 10) | mantissa);
}

uint16_t RoundToBFloat16(double x) {
  if (std::isnan(x)) return 0x7fc0;
  const double rounded = RoundTo(x, 8, -126);
  return static_cast<uint16_t>(BitsOf(static_cast<float>(rounded)) >> 16);
}

Tensor::Tensor(DType dtype, int64_t count, int64_t offset)
    : dtype_(dtype), count_(count) {
  const int64_t size = static_cast<int64_t>(ElementSize(dtype));
  bytes_ = count * size;
  const size_t all = static_cast<size_t>(bytes_ + offset * size);
  memory_.assign(2 * kGuard + all + 64, kGuardByte);
  const size_t start = reinterpret_cast<uintptr_t>(memory_.data()) + kGuard;
  begin_ = kGuard + (64 - start % 64) % 64 + static_cast<size_t>(offset * size);
}

void Tensor::Set(int64_t i, double value) {
  char* const at = static_cast<char*>(data());
  switch (dtype_) {
    case DType::kFloat32: {
      const float x = static_cast<float>(value);
      std::memcpy(at + i * 4, &x, 4);
      break;
    }
    case DType::kFloat64:
      std::memcpy(at + i * 8, &value, 8);
      break;
    case DType::kFloat16:
    case DType::kBFloat16: {
      const uint16_t x = dtype_ == DType::kFloat16 ? RoundToHalf(value)
                                                   : RoundToBFloat16(value);
      std::memcpy(at + i * 2, &x, 2);
      break;
    }
  }
}

double Tensor::At(int64_t i) const {
  const char* const at = static_cast<const char*>(data());
  uint16_t bits;
  switch (dtype_) {
    case DType::kFloat32: {
      float x;
      std::memcpy(&x, at + i * 4, 4);
      return x;
    }
    case DType::kFloat64: {
      double x;
      std::memcpy(&x, at + i * 8, 8);
      return x;
    }
    case DType::kFloat16:
      std::memcpy(&bits, at + i * 2, 2);
      return HalfValue(bits);
    case DType::kBFloat16:
      std::memcpy(&bits, at + i * 2, 2);
      return BFloat16Value(bits);
  }
  return NAN;
}

void Tensor::Fill(const std::vector<double>& values) {
  for (int64_t i = 0; i < count_; ++i) Set(i, values[static_cast<size_t>(i)]);
}

void Tensor::FillRandom(uint32_t seed, double spread) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, spread);
  for (int64_t i = 0; i < count_; ++i) Set(i, normal(random));
}

bool Tensor::GuardsIntact() const {
  for (size_t i = 0; i < begin_; ++i)
    if (memory_[i] != kGuardByte) return false;
  for (size_t i = begin_ + static_cast<size_t>(bytes_); i < memory_.size(); ++i)
    if (memory_[i] != kGuardByte) return false;
  return true;
}

const char* NameOf(DType dtype) {
  constexpr const char* names[] = {"float32", "float16", "bfloat16", "float64"};
  return names[static_cast<int>(dtype)];
}

double EpsilonOf(DType dtype) {
  constexpr double epsilons[] = {0x1p-23, 0x1p-10, 0x1p-7, 0x1p-52};
  return epsilons[static_cast<int>(dtype)];
}

}  // namespace cuda_activations::tests
