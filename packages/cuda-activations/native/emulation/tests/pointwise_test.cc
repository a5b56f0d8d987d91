// Pointwise kernels on the cases of the CPU kernels: float32 within the error
// that the activation table states, 16-bit types over all patterns.
#include <algorithm>

#include "../../tests/reference.h"
#include "gpu.h"

namespace cuda_activations::tests {
namespace {

enum class Direction { kForward, kBackward, kFromOutput, kSecond };
constexpr Direction kDirections[] = {Direction::kForward, Direction::kBackward,
                                     Direction::kFromOutput,
                                     Direction::kSecond};
constexpr const char* kDirectionNames[] = {"forward", "backward", "from output",
                                           "second"};

struct Exact {
  Function value;
  Function scale;
};

Exact ExactOf(const Reference& r, Direction direction) {
  switch (direction) {
    case Direction::kForward:
      return {r.value, nullptr};
    case Direction::kBackward:
      return {r.derivative, r.derivative_scale};
    case Direction::kFromOutput:
      return {r.from_output, r.from_output_scale};
    case Direction::kSecond:
      return {r.second, r.second_scale};
  }
  return {};
}

Pointwise OpOf(PointwiseId id, DType dtype, int64_t count) {
  Pointwise op;
  op.activation = id;
  op.parameters = DefaultParameters(id);
  op.dtype = dtype;
  op.count = count;
  return op;
}

/// result = f(x), or f'(x) and f''(x) with upstream gradients of 1.
void Run(const Pointwise& op, Direction direction, DeviceTensor& x,
         DeviceTensor& ones, DeviceTensor& result) {
  const cuda::Stream& stream = TheGpu().stream();
  switch (direction) {
    case Direction::kForward:
      Require(PointwiseForward(op, x.data(), result.data(), stream));
      break;
    case Direction::kBackward:
      Require(
          PointwiseBackward(op, x.data(), ones.data(), result.data(), stream));
      break;
    case Direction::kFromOutput:
      Require(PointwiseBackwardFromOutput(op, x.data(), ones.data(),
                                          result.data(), stream));
      break;
    case Direction::kSecond:
      Require(PointwiseSecondBackward(op, x.data(), ones.data(), ones.data(),
                                      result.data(), stream));
      break;
  }
  result.Down();
}

/// Whether y can be a value of f: what a backward from the output may see.
bool IsOutput(const Reference& r, const double* p, double y) {
  const double low = r.value(-1e30, p), high = r.value(1e30, p),
               bend = r.value(-1.0, p);
  return y >= std::min({low, high, bend}) && y <= std::max(low, high);
}

/// Inputs of a direction, as the CPU tests take them.
std::vector<double> InputsOf(const std::vector<float>& sample,
                             const Reference& r, const double* p,
                             Direction direction) {
  std::vector<double> inputs;
  for (const float x : sample) {
    if (direction == Direction::kFromOutput && !IsOutput(r, p, x)) continue;
    inputs.push_back(x);
  }
  return inputs;
}

double ExactAt(Function function, double x, const double* p) {
  // The limit stands for the value at infinity.
  return function(std::isinf(x) ? std::copysign(1e300, x) : x, p);
}

bool IsBuilt(PointwiseId id) {
#if defined(CA_FEW_ACTIVATIONS)
  return id == PointwiseId::kRelu || id == PointwiseId::kGelu ||
         id == PointwiseId::kTanh;
#else
  (void)id;
  return true;
#endif
}

template <class Body>
void ForActivations(const Body& body) {
  int count = 0;
  const PointwiseInfo* table = PointwiseTable(&count);
  for (int i = 0; i < count; ++i) {
    if (IsBuilt(table[i].id)) body(table[i]);
  }
}

TEST(pointwise_float32_within_the_stated_error) {
  std::vector<float> sample;
  const std::vector<float> all = FloatSample();
#if defined(CA_FEW_ACTIVATIONS)
  const size_t step = 397;
#else
  const size_t step = 7;
#endif
  // The special values stand at the end.
  for (size_t i = 0; i < all.size(); i += i + 64 < all.size() ? step : 1) {
    sample.push_back(all[i]);
  }
  ForActivations([&](const PointwiseInfo& info) {
    const Reference& reference = ReferenceOf(info.id);
    for (const Direction direction : kDirections) {
      const Exact exact = ExactOf(reference, direction);
      if (exact.value == nullptr) continue;
      if (direction == Direction::kFromOutput && !info.from_output) continue;
      if (direction == Direction::kSecond) continue;  // no bound is stated
      const Pointwise defaults = OpOf(info.id, DType::kFloat32, 0);
      const double* p = defaults.parameters.value;
      const std::vector<double> in = InputsOf(sample, reference, p, direction);
      const int64_t n = static_cast<int64_t>(in.size());
      DeviceTensor x(DType::kFloat32, n), ones(DType::kFloat32, n),
          result(DType::kFloat32, n);
      x.host.Fill(in);
      ones.host.Fill(std::vector<double>(in.size(), 1.0));
      x.Up();
      ones.Up();
      Run(OpOf(info.id, DType::kFloat32, n), direction, x, ones, result);
      const double bound = direction == Direction::kForward ? info.ulp.forward
                           : direction == Direction::kBackward
                               ? info.ulp.backward
                               : info.ulp.from_output;
      double worst = 0, worst_x = 0, worst_y = 0;
      for (int64_t i = 0; i < n; ++i) {
        const double at = in[static_cast<size_t>(i)];
        const float got = static_cast<float>(result.host.At(i));
        if (std::isnan(at)) {
          if (direction == Direction::kForward) {
            Check(std::isnan(got), "%s(NaN) is %g", info.names[0], got);
          }
          continue;
        }
        const double y = ExactAt(exact.value, at, p);
        const double scale =
            exact.scale == nullptr ? y : ExactAt(exact.scale, at, p);
        const double ulp = UlpError(got, y, scale);
        if (ulp > worst) {
          worst = ulp;
          worst_x = at;
          worst_y = got;
        }
      }
      Check(worst <= bound, "%s %s: %.2f ULP at %.9g (%.9g), %g are stated",
            info.names[0], kDirectionNames[static_cast<int>(direction)], worst,
            worst_x, worst_y, bound);
    }
  });
}

/// Whether `bits` is what y becomes when it is rounded to float first, which
/// may turn a tie. Of subnormal results many are ties (x / 2 of an odd x),
/// which the last bit of that float decides.
bool IsTurnedTie(double y, bool half, uint16_t bits) {
  const float once = static_cast<float>(y);
  const auto becomes = [=](float f) {
    return bits == (half ? RoundToHalf(f) : RoundToBFloat16(f));
  };
  if (becomes(once)) return true;
  return std::abs(once) < 0x1p-126f &&
         (becomes(std::nextafterf(once, INFINITY)) ||
          becomes(std::nextafterf(once, -INFINITY)));
}

/// Patterns of a 16-bit type as an integer that grows with the value.
int Ordinal(uint16_t bits) { return bits & 0x8000 ? -(bits & 0x7fff) : bits; }

TEST(pointwise_16_bit_all_patterns) {
  for (const DType dtype : {DType::kFloat16, DType::kBFloat16}) {
    const bool half = dtype == DType::kFloat16;
    constexpr int64_t n = 65536;
    DeviceTensor x(dtype, n), ones(dtype, n), result(dtype, n);
    uint16_t* bits = static_cast<uint16_t*>(x.host.data());
    for (int64_t i = 0; i < n; ++i) bits[i] = static_cast<uint16_t>(i);
    ones.host.Fill(std::vector<double>(n, 1.0));
    x.Up();
    ones.Up();
    ForActivations([&](const PointwiseInfo& info) {
      const Reference& reference = ReferenceOf(info.id);
      for (const Direction direction : kDirections) {
        const Exact exact = ExactOf(reference, direction);
        if (exact.value == nullptr) continue;
        if (direction == Direction::kFromOutput && !info.from_output) continue;
        const Pointwise op = OpOf(info.id, dtype, n);
        const double* p = op.parameters.value;
        Run(op, direction, x, ones, result);
        const uint16_t* got = static_cast<const uint16_t*>(result.host.data());
        int64_t total = 0, rounded = 0, far = 0;
        double far_x = 0, far_y = 0;
        for (int64_t i = 0; i < n; ++i) {
          const double at = x.host.At(i), value = result.host.At(i);
          if (std::isnan(at)) {
            if (direction == Direction::kForward) {
              Check(std::isnan(value), "%s(NaN) is %g", info.names[0], value);
            }
            continue;
          }
          if (direction == Direction::kFromOutput &&
              !IsOutput(reference, p, at)) {
            continue;
          }
          const double y = ExactAt(exact.value, at, p);
          const double scale =
              exact.scale == nullptr ? y : ExactAt(exact.scale, at, p);
          ++total;
          const uint16_t want = half ? RoundToHalf(y) : RoundToBFloat16(y);
          const bool zero =
              value == 0 && (half ? HalfValue(want) : BFloat16Value(want)) == 0;
          if (got[i] == want || zero || IsTurnedTie(y, half, got[i]) ||
              (std::isnan(y) && std::isnan(value))) {
            ++rounded;
            continue;
          }
          // One step beside it, or what cancellation in float leaves, or a
          // product with a float that is subnormal and so 0 (intrinsics.h).
          const double cancellation = 4e-6 * std::abs(scale);
          // Second derivatives end where they are this small.
          const double least = direction == Direction::kSecond ? 1e-15 : 2e-36;
          if (std::abs(Ordinal(got[i]) - Ordinal(want)) > 1 &&
              !(std::abs(value - y) <= cancellation + least)) {
            if (++far == 1) {
              far_x = at;
              far_y = value;
            }
          }
        }
        Check(far == 0, "%s %s %s: %lld results far off, such as %g at %g",
              NameOf(dtype), info.names[0],
              kDirectionNames[static_cast<int>(direction)],
              static_cast<long long>(far), far_y, far_x);
        // Second derivatives cancel; only the others are held to rounding.
        if (direction == Direction::kSecond) continue;
        Check(rounded >= total - total / 1000,
              "%s %s %s: %lld of %lld correctly rounded", NameOf(dtype),
              info.names[0], kDirectionNames[static_cast<int>(direction)],
              static_cast<long long>(rounded), static_cast<long long>(total));
      }
    });
  }
}

TEST(pointwise_heads_tails_and_misalignment) {
  // With every size around a vector and a block, and every misalignment, the
  // same bits as the aligned call of the same values.
  for (const DType dtype : kGpuTypes) {
    const int64_t lanes = 16 / static_cast<int64_t>(ElementSize(dtype));
    for (const int64_t count :
         {int64_t{0}, int64_t{1}, lanes - 1, lanes, lanes + 1, 3 * lanes + 2,
          256 * lanes - 1, 256 * lanes + 1, int64_t{5003}}) {
      DeviceTensor x0(dtype, count), dy0(dtype, count), y0(dtype, count);
      x0.host.FillRandom(1, 3.0);
      dy0.host.FillRandom(2, 1.0);
      x0.Up();
      dy0.Up();
      const Pointwise op = OpOf(PointwiseId::kGelu, dtype, count);
      Require(PointwiseBackward(op, x0.data(), dy0.data(), y0.data(),
                                TheGpu().stream()));
      y0.Down();
      for (const auto& offset : {std::pair<int, int>{1, 1},
                                 {lanes - 1, lanes - 1},
                                 {0, 1},
                                 {1, 0}}) {
        DeviceTensor x(dtype, count, offset.first),
            dy(dtype, count, offset.second), dx(dtype, count, offset.first);
        std::memcpy(x.host.data(), x0.host.data(),
                    static_cast<size_t>(x.host.bytes()));
        std::memcpy(dy.host.data(), dy0.host.data(),
                    static_cast<size_t>(x.host.bytes()));
        x.Up();
        dy.Up();
        Require(PointwiseBackward(op, x.data(), dy.data(), dx.data(),
                                  TheGpu().stream()));
        dx.Down();
        Check(dx.host.SameBits(y0.host),
              "%s, %lld elements at offsets %d and %d differ", NameOf(dtype),
              static_cast<long long>(count), offset.first, offset.second);
      }
      // In place over either input.
      for (const bool over_x : {true, false}) {
        DeviceTensor& buffer = over_x ? x0 : dy0;
        x0.Up();
        dy0.Up();
        Require(PointwiseBackward(op, x0.data(), dy0.data(), buffer.data(),
                                  TheGpu().stream()));
        const std::vector<char> input(
            static_cast<char*>(buffer.host.data()),
            static_cast<char*>(buffer.host.data()) + buffer.host.bytes());
        buffer.Down();
        Check(buffer.host.SameBits(y0.host), "%s, %lld elements in place",
              NameOf(dtype), static_cast<long long>(count));
        std::copy(input.begin(), input.end(),
                  static_cast<char*>(buffer.host.data()));
      }
    }
  }
}

TEST(pointwise_grid_stride_beyond_one_block) {
  constexpr int64_t count = 300001;
  DeviceTensor x(DType::kFloat32, count), y(DType::kFloat32, count);
  x.host.FillRandom(3, 2.0);
  x.Up();
  Require(PointwiseForward(OpOf(PointwiseId::kRelu, DType::kFloat32, count),
                           x.data(), y.data(), TheGpu().stream()));
  y.Down();
  int64_t wrong = 0;
  for (int64_t i = 0; i < count; ++i) {
    wrong += y.host.At(i) != std::max(0.0, x.host.At(i));
  }
  Check(wrong == 0, "%lld of %lld are wrong", static_cast<long long>(wrong),
        static_cast<long long>(count));
}

}  // namespace
}  // namespace cuda_activations::tests
