// Pointwise kernels against the references: accuracy on every instruction set,
// 16-bit patterns, kinks, shapes, threads, finite differences.
#include <algorithm>

#include "harness.h"
#include "reference.h"
#include "samples.h"

namespace cuda_activations::tests {

namespace {

enum class Direction { kForward, kBackward, kFromOutput, kSecond };
constexpr const char* kNames[] = {"forward", "backward", "from output",
                                  "second"};

Pointwise OpOf(const PointwiseInfo& info, DType dtype, int64_t count) {
  Pointwise op;
  op.activation = info.id;
  op.parameters = DefaultParameters(info.id);
  op.dtype = dtype;
  op.count = count;
  return op;
}

template <class F>
void ForEachActivation(const F& f) {
  int count = 0;
  const PointwiseInfo* const table = PointwiseTable(&count);
  for (int i = 0; i < count; ++i) f(table[i]);
}

void Run(Direction direction, const Pointwise& op, const void* x,
         const void* ones, void* y, const ParallelFor& parallel) {
  switch (direction) {
    case Direction::kForward:
      return PointwiseForward(op, x, y, parallel);
    case Direction::kBackward:
      return PointwiseBackward(op, x, ones, y, parallel);
    case Direction::kFromOutput:
      return PointwiseBackwardFromOutput(op, x, ones, y, parallel);
    case Direction::kSecond:
      return PointwiseSecondBackward(op, x, ones, ones, y, parallel);
  }
}

struct Exact {
  double value, scale;
};

Exact ExactOf(Direction direction, const Reference& reference, double x,
              const double* p) {
  // The limit stands for the value at infinity.
  const double at = std::isinf(x) ? std::copysign(1e300, x) : x;
  const Function values[] = {reference.value, reference.derivative,
                             reference.from_output, reference.second};
  const Function scales[] = {nullptr, reference.derivative_scale,
                             reference.from_output_scale,
                             reference.second_scale};
  const int d = static_cast<int>(direction);
  const double value = values[d](at, p);
  return {value, scales[d] == nullptr ? value : scales[d](at, p)};
}

/// Outputs of f among a sample: what the derivative from the output sees.
std::vector<float> InputsOf(Direction direction, const PointwiseInfo& info,
                            const std::vector<float>& sample) {
  if (direction != Direction::kFromOutput) return sample;
  const Reference& reference = ReferenceOf(info.id);
  const Parameters p = DefaultParameters(info.id);
  std::vector<float> outputs;
  for (const float x : sample) {
    if (!std::isnan(x))
      outputs.push_back(static_cast<float>(reference.value(x, p.value)));
  }
  return outputs;
}

double BoundOf(Direction direction, const PointwiseInfo& info) {
  const double bounds[] = {info.ulp.forward, info.ulp.backward,
                           info.ulp.from_output, 64};
  return bounds[static_cast<int>(direction)];
}

}  // namespace

TEST(accuracy_float32_every_instruction_set) {
  const std::vector<float> sample = FloatSample();
  ForEachActivation([&](const PointwiseInfo& info) {
    const Reference& reference = ReferenceOf(info.id);
    for (const Direction direction :
         {Direction::kForward, Direction::kBackward, Direction::kFromOutput,
          Direction::kSecond}) {
      if (direction == Direction::kFromOutput && !info.from_output) continue;
      const std::vector<float> x = InputsOf(direction, info, sample);
      const Pointwise op =
          OpOf(info, DType::kFloat32, static_cast<int64_t>(x.size()));
      std::vector<Exact> exact;
      for (const float v : x)
        exact.push_back(ExactOf(direction, reference, v, op.parameters.value));
      std::vector<float> y(x.size()), ones(x.size(), 1.0f);
      ForEachIsa([&](const char* isa) {
        Run(direction, op, x.data(), ones.data(), y.data(), ThreadPool());
        double worst = 0;
        size_t at = 0;
        for (size_t i = 0; i < x.size(); ++i) {
          if (std::isnan(x[i])) continue;
          // Second derivatives are not followed to where they vanish.
          if (direction == Direction::kSecond &&
              std::abs(y[i] - exact[i].value) < 1e-30)
            continue;
          const double ulp = UlpError(y[i], exact[i].value, exact[i].scale);
          if (ulp > worst) worst = ulp, at = i;
        }
        Check(worst <= BoundOf(direction, info),
              "%s %s on %s: %.3f ULP at %.9g: %.9g, exact %.17g", info.names[0],
              kNames[static_cast<int>(direction)], isa, worst, x[at], y[at],
              exact[at].value);
      });
    }
  });
}

TEST(nan_propagates_forward) {
  ForEachIsa([](const char* isa) {
    ForEachActivation([&](const PointwiseInfo& info) {
      for (const DType dtype : {DType::kFloat32, DType::kFloat16,
                                DType::kBFloat16, DType::kFloat64}) {
        Tensor x(dtype, 5), y(dtype, 5);
        x.Fill({1, NAN, -1, NAN, 0});
        PointwiseForward(OpOf(info, dtype, 5), x.data(), y.data(),
                         SerialExecution());
        for (int i = 0; i < 5; ++i) {
          Check(std::isnan(y.At(i)) == std::isnan(x.At(i)),
                "%s %s on %s: f(%g) = %g", info.names[0], NameOf(dtype), isa,
                x.At(i), y.At(i));
        }
      }
    });
  });
}

TEST(nan_propagates_backward) {
  ForEachIsa([](const char* isa) {
    ForEachActivation([&](const PointwiseInfo& info) {
      // Pieces of straight line have no slope to be unsure of: there a NaN
      // takes the slope of one of them.
      const Reference& reference = ReferenceOf(info.id);
      const Parameters p = DefaultParameters(info.id);
      bool straight = true;
      for (double x = -30; x <= 30; x += 0.0625)
        straight &= reference.second(x, p.value) == 0;
      for (const DType dtype : {DType::kFloat32, DType::kFloat16,
                                DType::kBFloat16, DType::kFloat64}) {
        const Pointwise op = OpOf(info, dtype, 5);
        Tensor x(dtype, 5), dy(dtype, 5), dx(dtype, 5);
        x.Fill({1, NAN, -1, -NAN, 2});
        dy.Fill({1, 1, 1, 1, NAN});
        PointwiseBackward(op, x.data(), dy.data(), dx.data(),
                          SerialExecution());
        for (int i = 0; i < 4; ++i) {
          const bool expected = std::isnan(x.At(i));
          Check(std::isnan(dx.At(i)) == expected || (straight && expected),
                "%s %s on %s: f'(%g) = %g", info.names[0], NameOf(dtype), isa,
                x.At(i), dx.At(i));
        }
        const bool cut = reference.derivative(2, p.value) == 0;
        Check(std::isnan(dx.At(4)) || cut, "%s %s on %s: NaN f'(2) = %g",
              info.names[0], NameOf(dtype), isa, dx.At(4));
      }
    });
  });
}

TEST(closed_gates_block_infinite_gradients) {
  ForEachActivation([](const PointwiseInfo& info) {
    const float x[] = {-1e30f, 1e30f}, dy[] = {INFINITY, INFINITY};
    float dx[2];
    const Pointwise op = OpOf(info, DType::kFloat32, 2);
    PointwiseBackward(op, x, dy, dx, SerialExecution());
    for (int i = 0; i < 2; ++i) {
      const float slope = static_cast<float>(
          ReferenceOf(info.id).derivative(x[i], op.parameters.value));
      Check(slope == 0 ? dx[i] == 0 : std::isinf(dx[i]),
            "%s: f'(%g) = %g, dx for infinite dy is %g", info.names[0], x[i],
            slope, dx[i]);
    }
  });
}

TEST(every_16_bit_pattern) {
  std::vector<uint16_t> x(65536), y(65536);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<uint16_t>(i);
  for (const DType dtype : {DType::kFloat16, DType::kBFloat16}) {
    const bool half = dtype == DType::kFloat16;
    std::vector<uint16_t> ones(65536, half ? 0x3c00 : 0x3f80);
    auto value_of = half ? HalfValue : BFloat16Value;
    auto round = half ? RoundToHalf : RoundToBFloat16;
    ForEachIsa([&](const char* isa) {
      ForEachActivation([&](const PointwiseInfo& info) {
        const Reference& reference = ReferenceOf(info.id);
        const Pointwise op = OpOf(info, dtype, 65536);
        for (const Direction direction :
             {Direction::kForward, Direction::kBackward}) {
          Run(direction, op, x.data(), ones.data(), y.data(), ThreadPool());
          int wrong = 0, far = 0;
          for (size_t i = 0; i < x.size(); ++i) {
            const double in = value_of(x[i]);
            const double got = value_of(y[i]);
            if (std::isnan(in)) {
              far += direction == Direction::kForward && !std::isnan(got);
              continue;
            }
            const Exact exact =
                ExactOf(direction, reference, in, op.parameters.value);
            const uint16_t expected = round(exact.value);
            if (expected == y[i] || got == value_of(expected)) continue;
            ++wrong;
            // Never more than the neighbour, on the scale of the terms.
            const double ulp =
                std::max(std::abs(exact.scale) * EpsilonOf(dtype),
                         half ? 0x1p-24 : 0x1p-133);
            if (!(std::abs(got - exact.value) <= 1.01 * ulp)) ++far;
          }
          Check(wrong <= 65 && far == 0,
                "%s %s %s on %s: %d patterns not correctly rounded, %d far "
                "off",
                info.names[0], NameOf(dtype),
                kNames[static_cast<int>(direction)], isa, wrong, far);
        }
      });
    });
  }
}

TEST(half_conversion_of_every_pattern) {
  ForEachIsa([](const char* isa) {
    std::vector<uint16_t> x(65536), y(65536);
    for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<uint16_t>(i);
    for (const DType dtype : {DType::kFloat16, DType::kBFloat16}) {
      Pointwise op;
      op.dtype = dtype;
      op.count = 65536;
      PointwiseForward(op, x.data(), y.data(), SerialExecution());
      for (size_t i = 0; i < x.size(); ++i) {
        const bool nan = std::isnan(
            dtype == DType::kFloat16 ? HalfValue(x[i]) : BFloat16Value(x[i]));
        Check(nan || x[i] == y[i], "%s %s: %04x became %04x", isa,
              NameOf(dtype), x[i], y[i]);
      }
    }
  });
}

TEST(float64_against_reference_and_finite_differences) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(-8, 8);
  std::vector<double> x(4001), ones(4001, 1.0), y(4001), d(4001), up(4001),
      down(4001);
  for (double& v : x) v = uniform(random);
  const int64_t n = static_cast<int64_t>(x.size());
  ForEachActivation([&](const PointwiseInfo& info) {
    const Reference& reference = ReferenceOf(info.id);
    const Pointwise op = OpOf(info, DType::kFloat64, n);
    const double* const p = op.parameters.value;
    PointwiseForward(op, x.data(), y.data(), ThreadPool());
    PointwiseBackward(op, x.data(), ones.data(), d.data(), ThreadPool());
    const double h = 1e-5;
    std::vector<double> right(x), left(x);
    for (double& v : right) v += h;
    for (double& v : left) v -= h;
    PointwiseForward(op, right.data(), up.data(), ThreadPool());
    PointwiseForward(op, left.data(), down.data(), ThreadPool());
    for (size_t i = 0; i < x.size(); ++i) {
      const Exact value = ExactOf(Direction::kForward, reference, x[i], p);
      const Exact slope = ExactOf(Direction::kBackward, reference, x[i], p);
      Check(std::abs(y[i] - value.value) <= 1e-13 * std::abs(value.value),
            "%s(%.17g) = %.17g, exact %.17g", info.names[0], x[i], y[i],
            value.value);
      Check(std::abs(d[i] - slope.value) <= 1e-12 * std::abs(slope.scale),
            "%s'(%.17g) = %.17g, exact %.17g", info.names[0], x[i], d[i],
            slope.value);
      // A kink or jump between the two points has no difference quotient.
      if (std::abs(reference.derivative(x[i] + h, p) -
                   reference.derivative(x[i] - h, p)) > 1e-3 ||
          std::abs(up[i] - down[i]) > 0.1)
        continue;
      const double quotient = (up[i] - down[i]) / (right[i] - left[i]);
      Check(std::abs(d[i] - quotient) <= 1e-6 * (1 + std::abs(x[i])),
            "%s'(%.9g) = %.9g, difference quotient %.9g", info.names[0], x[i],
            d[i], quotient);
    }
  });
}

TEST(parameters_other_than_the_defaults) {
  struct Case {
    const char* name;
    double values[2];
  };
  for (const Case& c : {Case{"leaky_relu", {0.01, 0}},
                        {"leaky_relu", {0, 0}},
                        {"elu", {2.5, 0}},
                        {"celu", {0.3, 0}},
                        {"celu", {7.0, 0}},
                        {"silu", {1.702, 0}},
                        {"silu", {-0.4, 0}},
                        {"silu", {0, 0}},
                        {"hard_shrink", {0, 0}},
                        {"soft_shrink", {1.25, 0}},
                        {"squareplus", {0.01, 0}},
                        {"threshold", {1, -2}},
                        {"penalized_tanh", {0.1, 0}}}) {
    PointwiseId id;
    Check(FindPointwise(c.name, &id), "%s is not found", c.name);
    const std::vector<float> x = FloatSample();
    Pointwise op =
        OpOf(Info(id), DType::kFloat32, static_cast<int64_t>(x.size()));
    op.parameters = {{c.values[0], c.values[1]}};
    const float exact_p[] = {static_cast<float>(c.values[0]),
                             static_cast<float>(c.values[1])};
    // Factors of the argument are kept to double; the others round to float.
    const bool kept = op.activation == PointwiseId::kSilu ||
                      op.activation == PointwiseId::kCelu;
    const double p[] = {kept ? c.values[0] : exact_p[0], exact_p[1]};
    std::vector<float> y(x.size()), ones(x.size(), 1.0f);
    for (const Direction direction :
         {Direction::kForward, Direction::kBackward}) {
      Run(direction, op, x.data(), ones.data(), y.data(), ThreadPool());
      double worst = 0;
      size_t at = 0;
      for (size_t i = 0; i < x.size(); ++i) {
        // 0 times infinity is NaN, as IEEE 754 has it.
        if (std::isnan(x[i]) || (std::isinf(x[i]) && p[0] == 0)) continue;
        const Exact exact = ExactOf(direction, ReferenceOf(id), x[i], p);
        const double ulp = UlpError(y[i], exact.value, exact.scale);
        if (ulp > worst) worst = ulp, at = i;
      }
      Check(worst <= 8, "%s(%g, %g) %s: %.3f ULP at %.9g: %.9g", c.name,
            c.values[0], c.values[1], kNames[static_cast<int>(direction)],
            worst, x[at], y[at]);
    }
  }
}

TEST(kinks_take_the_stated_subgradient) {
  struct Case {
    const char* name;
    float x, slope;
  };
  for (const Case& c : {Case{"relu", 0, 0},        {"relu", -0.0f, 0},
                        {"relu6", 0, 0},           {"relu6", 6, 0},
                        {"leaky_relu", 0, 0.2f},   {"elu", 0, 1},
                        {"selu", 0, 1.7580993f},   {"celu", 0, 1},
                        {"hard_silu", -3, 0},      {"hard_silu", 3, 1},
                        {"hard_sigmoid", -3, 0},   {"hard_sigmoid", 3, 0},
                        {"hard_tanh", -1, 0},      {"hard_tanh", 1, 0},
                        {"hard_shrink", 0.5f, 0},  {"hard_shrink", -0.5f, 0},
                        {"soft_shrink", 0.5f, 0},  {"soft_shrink", -0.5f, 0},
                        {"sparse_sigmoid", -1, 0}, {"sparse_sigmoid", 1, 0},
                        {"threshold", 0, 0},       {"penalized_tanh", 0, 0.25f},
                        {"squared_relu", 0, 0}}) {
    PointwiseId id;
    Check(FindPointwise(c.name, &id), "%s is not found", c.name);
    const float one = 1;
    float dx;
    PointwiseBackward(OpOf(Info(id), DType::kFloat32, 1), &c.x, &one, &dx,
                      SerialExecution());
    Check(dx == c.slope, "%s'(%g) = %.9g, expected %.9g", c.name, c.x, dx,
          c.slope);
  }
}

TEST(an_element_does_not_depend_on_its_place) {
  ForEachIsa([](const char* isa) {
    ForEachActivation([&](const PointwiseInfo& info) {
      for (const DType dtype : {DType::kFloat32, DType::kFloat16,
                                DType::kBFloat16, DType::kFloat64}) {
        Tensor all(dtype, 300), whole(dtype, 300);
        all.FillRandom(11, 4);
        PointwiseForward(OpOf(info, dtype, 300), all.data(), whole.data(),
                         SerialExecution());
        const size_t size = ElementSize(dtype);
        for (const int64_t n : {0, 1, 2, 3, 15, 16, 17, 31, 33, 63, 65, 100}) {
          for (const int64_t offset : {0, 1, 3}) {
            Tensor x(dtype, n, offset), y(dtype, n, offset + 1);
            std::memcpy(x.data(),
                        static_cast<const char*>(all.data()) + 7 * size,
                        static_cast<size_t>(x.bytes()));
            PointwiseForward(OpOf(info, dtype, n), x.data(), y.data(),
                             SerialExecution());
            Check(std::memcmp(y.data(),
                              static_cast<const char*>(whole.data()) + 7 * size,
                              static_cast<size_t>(y.bytes())) == 0,
                  "%s %s on %s: %d elements at offset %d differ", info.names[0],
                  NameOf(dtype), isa, static_cast<int>(n),
                  static_cast<int>(offset));
            Check(y.GuardsIntact() && x.GuardsIntact(),
                  "%s %s on %s wrote outside its %d elements", info.names[0],
                  NameOf(dtype), isa, static_cast<int>(n));
            PointwiseForward(OpOf(info, dtype, n), x.data(), x.data(),
                             SerialExecution());
            Check(x.SameBits(y), "%s %s on %s: in place differs", info.names[0],
                  NameOf(dtype), isa);
          }
        }
      }
    });
  });
}

TEST(threads_and_streaming_change_no_bit) {
  const int before = ThreadPoolSize();
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    // Beyond the size from which stores pass the caches, and no multiple of
    // anything.
    const int64_t n =
        (int64_t{17} << 20) / static_cast<int64_t>(ElementSize(dtype)) + 13;
    Tensor x(dtype, n), dy(dtype, n), expected(dtype, n), y(dtype, n);
    std::vector<double> values(static_cast<size_t>(n));
    for (int64_t i = 0; i < n; ++i)
      values[static_cast<size_t>(i)] =
          8 * std::sin(0.37 * static_cast<double>(i));
    x.Fill(values);
    dy.FillRandom(3, 1);
    PointwiseId gelu;
    FindPointwise("gelu", &gelu);
    const Pointwise op = OpOf(Info(gelu), dtype, n);
    std::memcpy(expected.data(), dy.data(), static_cast<size_t>(dy.bytes()));
    // In place: plain stores.
    PointwiseBackward(op, x.data(), expected.data(), expected.data(),
                      SerialExecution());
    for (int threads = 1; threads <= 8; ++threads) {
      SetThreadPoolSize(threads);
      PointwiseBackward(op, x.data(), dy.data(), y.data(), ThreadPool());
      Check(y.SameBits(expected) && y.GuardsIntact(), "%s: %d threads differ",
            NameOf(dtype), threads);
    }
  }
  SetThreadPoolSize(before);
}

TEST(bad_pointwise_arguments_are_named) {
  float x[8] = {}, y[8];
  Pointwise op;
  op.count = 4;
  CheckThrows([&] { PointwiseForward(op, nullptr, y, SerialExecution()); },
              "x: expected 16 bytes");
  CheckThrows([&] { PointwiseForward(op, x, x + 1, SerialExecution()); },
              "y: expected memory apart from x");
  CheckThrows(
      [&] {
        PointwiseForward(op, reinterpret_cast<char*>(x) + 1, y,
                         SerialExecution());
      },
      "x: expected an address");
  op.count = -1;
  CheckThrows([&] { PointwiseForward(op, x, y, SerialExecution()); },
              "count: expected");
  op.count = 4;
  op.activation = static_cast<PointwiseId>(1000);
  CheckThrows([&] { PointwiseForward(op, x, y, SerialExecution()); },
              "activation: expected a number");
  op.activation = PointwiseId::kGelu;
  CheckThrows(
      [&] { PointwiseBackwardFromOutput(op, x, x, y, SerialExecution()); },
      "function of its output, got gelu");
  op.activation = PointwiseId::kLeakyRelu;
  op.parameters.value[0] = NAN;
  CheckThrows([&] { PointwiseForward(op, x, y, SerialExecution()); },
              "negative_slope of leaky_relu");
  op.activation = PointwiseId::kRelu;
  op.dtype = static_cast<DType>(9);
  CheckThrows([&] { PointwiseForward(op, x, y, SerialExecution()); }, "dtype");
  CheckThrows([] { SelectIsa("sse9"); }, "instruction set: expected one of");
  CheckThrows([] { SetThreadPoolSize(0); }, "threads: expected");
}

}  // namespace cuda_activations::tests
