// Gated linear units against double: packed and separate halves.
#include <algorithm>

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

TEST(gated_streaming_changes_no_bit) {
  // Beyond the size from which stores pass the caches: rows that begin cache
  // lines, rows that do not, long ones; packed at aligned and other addresses.
  for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
    const int64_t size = static_cast<int64_t>(ElementSize(dtype));
    const int64_t least = (int64_t{16} << 20) / size, most = least + 10000;
    Tensor x(dtype, 2 * most), dy(dtype, most), plain(dtype, most),
        plain_dx(dtype, 2 * most);
    std::vector<double> wave(static_cast<size_t>(2 * most));
    for (size_t i = 0; i < wave.size(); ++i)
      wave[i] = 4 * std::sin(0.37 * static_cast<double>(i));
    x.Fill(wave);
    dy.Fill(wave);
    for (const int64_t width : {64, 100, 1100, 5000}) {
      if (dtype == DType::kBFloat16 && width != 100) continue;
      Gated op;
      FindGated("swiglu", &op.activation);
      op.dtype = dtype;
      op.width = width;
      op.stride = 2 * width;
      op.rows = least / width + 1;
      const int64_t n = op.rows * width;
      const auto at = [size](Tensor& t, int64_t element) {
        return static_cast<char*>(t.data()) + element * size;
      };
      ForEachIsa([&](const char* isa) {
        // In parts that stay in the caches: plain stores.
        Gated part = op;
        for (int64_t row = 0; row < op.rows; row += part.rows) {
          part.rows = std::min(op.rows / 8, op.rows - row);
          const int64_t packed = row * op.stride, dense = row * width;
          GatedForward(part, at(x, packed), at(x, packed + width),
                       at(plain, dense), ThreadPool());
          GatedBackward(part, at(x, packed), at(x, packed + width),
                        at(dy, dense), at(plain_dx, packed),
                        at(plain_dx, packed + width), ThreadPool());
        }
        for (const int64_t offset : {0, 3}) {
          Tensor y(dtype, n, offset), dx(dtype, 2 * n, offset);
          GatedForward(op, x.data(), at(x, width), y.data(), ThreadPool());
          GatedBackward(op, x.data(), at(x, width), dy.data(), dx.data(),
                        at(dx, width), ThreadPool());
          const auto same = [](Tensor& one, Tensor& other) {
            return one.GuardsIntact() &&
                   std::memcmp(one.data(), other.data(),
                               static_cast<size_t>(one.bytes())) == 0;
          };
          Check(same(y, plain) && same(dx, plain_dx),
                "%s, rows of %d at %d on %s: streamed and plain differ",
                NameOf(dtype), static_cast<int>(width),
                static_cast<int>(offset), isa);
        }
      });
    }
  }
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
