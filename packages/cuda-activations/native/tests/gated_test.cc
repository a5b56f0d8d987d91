// Gated linear units against double: packed and separate halves.
#include "harness.h"
#include "reference.h"
#include "samples.h"

namespace cuda_activations::tests {

// In double the reference is no better than the kernel: both evaluate erfc at a
// rounded argument.
constexpr double kDoubleUlps = 64;

TEST(gated_against_reference) {
  int count = 0;
  const GatedInfo* const table = GatedTable(&count);
  const std::string before = IsaName();
  for (const char* const* isa = AvailableIsas(); *isa != nullptr; ++isa) {
    SelectIsa(*isa);
    for (int k = 0; k < count; ++k) {
      const Reference& gate = ReferenceOf(table[k].gate);
      const Parameters p = DefaultParameters(table[k].gate);
      for (const DType dtype : {DType::kFloat32, DType::kFloat16,
                                DType::kBFloat16, DType::kFloat64}) {
        for (const bool packed : {false, true}) {
          for (const int64_t rows : {0, 1, 3, 50}) {
            for (const int64_t width : {0, 1, 7, 64, 1500}) {
              Gated op;
              op.activation = table[k].id;
              op.dtype = dtype;
              op.rows = rows;
              op.width = width;
              op.stride = packed ? 2 * width : width;
              const int64_t size = static_cast<int64_t>(ElementSize(dtype));
              const int64_t n = rows * width;
              Tensor x(dtype, 2 * n, 1), dx(dtype, 2 * n), y(dtype, n, 3),
                  dy(dtype, n);
              x.FillRandom(1, 2);
              dy.FillRandom(2, 1);
              const int64_t second = packed ? width : n;
              auto half = [&](Tensor& t) {
                return static_cast<char*>(t.data()) + second * size;
              };
              GatedForward(op, x.data(), half(x), y.data(), ThreadPool());
              GatedBackward(op, x.data(), half(x), dy.data(), dx.data(),
                            half(dx), ThreadPool());
              const double ulp = EpsilonOf(dtype);
              for (int64_t i = 0; i < n; ++i) {
                const int64_t ia = i / width * op.stride + i % width;
                const int64_t ib = ia + second;
                const double a = x.At(ia), b = x.At(ib), g = dy.At(i);
                const double value = gate.value(b, p.value);
                const double slope = gate.derivative(b, p.value);
                const double scale = gate.derivative_scale == nullptr
                                         ? slope
                                         : gate.derivative_scale(b, p.value);
                auto near = [&](const char* what, double got, double exact,
                                double size_of) {
                  Check(std::abs(got - exact) <=
                            (dtype == DType::kFloat64 ? kDoubleUlps : 5) * ulp *
                                    std::abs(size_of) +
                                1e-30,
                        "%s %s %s on %s, row of %d: %.9g, exact %.9g",
                        table[k].names[0], what, NameOf(dtype), *isa,
                        static_cast<int>(width), got, exact);
                };
                // 16-bit results below the normal range keep fewer bits.
                const double least =
                    dtype == DType::kFloat16 ? 0x1p-24 / ulp : 0;
                near("y", y.At(i), a * value, std::abs(a * value) + least);
                near("da", dx.At(ia), g * value, std::abs(g * value) + least);
                near("db", dx.At(ib), g * a * slope,
                     std::abs(g * a * scale) + least);
              }
              Check(y.GuardsIntact() && dx.GuardsIntact(),
                    "%s wrote outside its tensors", table[k].names[0]);
              // Gradients in place of the halves.
              GatedBackward(op, x.data(), half(x), dy.data(), x.data(), half(x),
                            ThreadPool());
              Check(x.SameBits(dx), "%s in place differs", table[k].names[0]);
            }
          }
        }
      }
    }
  }
  SelectIsa(before.c_str());
}

TEST(bad_gated_arguments_are_named) {
  float x[16] = {}, y[8];
  Gated op;
  op.rows = 2;
  op.width = 4;
  op.stride = 3;
  CheckThrows([&] { GatedForward(op, x, x + 4, y, SerialExecution()); },
              "stride: expected the width (4) or more, got 3");
  op.stride = 8;
  CheckThrows([&] { GatedForward(op, x, x + 4, x + 2, SerialExecution()); },
              "y: expected memory apart from a");
  CheckThrows([&] { GatedForward(op, x, nullptr, y, SerialExecution()); },
              "b: expected");
  CheckThrows(
      [&] { GatedBackward(op, x, x + 4, y, x + 1, x + 4, SerialExecution()); },
      "da: expected memory apart from");
  op.activation = static_cast<GatedId>(-1);
  CheckThrows([&] { GatedForward(op, x, x + 4, y, SerialExecution()); },
              "gated activation: expected a number");
}

}  // namespace cuda_activations::tests
