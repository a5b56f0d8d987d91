// Functions of a whole row against extended precision: accuracy on every
// instruction set and type, rows of any length, special values, threads.
#include <algorithm>

#include "harness.h"
#include "row_reference.h"
#include "samples.h"

namespace cuda_activations::tests {

namespace {

constexpr DType kTypes[] = {DType::kFloat32, DType::kFloat16, DType::kBFloat16,
                            DType::kFloat64};

template <class F>
void ForEachRowwise(const F& f) {
  int count = 0;
  const RowwiseInfo* const table = RowwiseTable(&count);
  for (int i = 0; i < count; ++i) f(table[i]);
}

std::vector<double> ValuesOf(const Tensor& tensor, int64_t begin, int64_t n) {
  std::vector<double> values;
  for (int64_t i = begin; i < begin + n; ++i) values.push_back(tensor.At(i));
  return values;
}

/// Largest error that the type allows where `bound` is that of float32.
double Allowed(DType dtype, double bound, double exact, double scale) {
  switch (dtype) {
    case DType::kFloat32:
      return bound * 0x1p-23 * scale + 0x1p-148;
    case DType::kFloat64:
      // Long sums have nothing wider to go to.
      return 2 * bound * 0x1p-52 * scale + 0x1p-1070;
    default:
      // One rounding of a result in float.
      return 0.5 * EpsilonOf(dtype) * std::abs(exact) +
             bound * 0x1p-23 * scale +
             (dtype == DType::kFloat16 ? 0x1p-25 : 0x1p-133);
  }
}

/// Worst error of a row in units of what is allowed.
void CheckRow(const Tensor& got, int64_t begin, const RowResult& want,
              double bound, const std::string& what) {
  double worst = 0;
  size_t at = 0;
  for (size_t i = 0; i < want.value.size(); ++i) {
    const double value = got.At(begin + static_cast<int64_t>(i));
    const double exact = want.value[i];
    if (std::isnan(exact) ? std::isnan(value) : value == exact) continue;
    // Beyond the largest float.
    if (value == -INFINITY && exact < -3.4028235677973366e38) continue;
    const double error = std::abs(value - exact) /
                         Allowed(got.dtype(), bound, exact, want.scale[i]);
    if (!(error <= worst)) worst = error, at = i;
    if (std::isnan(worst)) break;
  }
  Check(worst <= 1, "%s: %.3f of the error allowed at %d: %.9g, exact %.17g",
        what.c_str(), worst, static_cast<int>(at),
        got.At(begin + static_cast<int64_t>(at)), want.value[at]);
}

constexpr int64_t kWidths[] = {1,   2,   3,    5,    10,   15,   16,
                               17,  31,  33,   64,   100,  127,  255,
                               257, 777, 1024, 4097, 8192, 8193, 30001};

}  // namespace

TEST(rowwise_accuracy_every_instruction_set) {
  ForEachIsa([&](const char* isa) {
    ForEachRowwise([&](const RowwiseInfo& info) {
      for (const DType dtype : kTypes) {
        for (const int64_t width : kWidths) {
          const Rowwise op{info.id, dtype, kRowPatterns, width};
          const int64_t n = op.rows * width;
          Tensor x(dtype, n, 1), y(dtype, n, 3), dy(dtype, n), dx(dtype, n, 1);
          std::vector<double> values;
          for (int p = 0; p < kRowPatterns; ++p) {
            const std::vector<double> row =
                RowPattern(p, width, static_cast<uint32_t>(width));
            values.insert(values.end(), row.begin(), row.end());
          }
          x.Fill(values);
          dy.FillRandom(7, 1);
          RowwiseForward(op, x.data(), y.data(), ThreadPool());
          RowwiseBackward(op, y.data(), dy.data(), dx.data(), ThreadPool());
          for (int p = 0; p < kRowPatterns; ++p) {
            const int64_t begin = p * width;
            const std::string what = std::string(info.names[0]) + " " +
                                     NameOf(dtype) + " on " + isa + ", width " +
                                     std::to_string(width) + ", pattern " +
                                     std::to_string(p);
            CheckRow(y, begin, RowValue(info.id, ValuesOf(x, begin, width)),
                     info.epsilons.forward, what);
            CheckRow(dx, begin,
                     RowGradient(info.id, ValuesOf(y, begin, width),
                                 ValuesOf(dy, begin, width)),
                     info.epsilons.backward, what + ", gradient");
          }
          Check(y.GuardsIntact() && dx.GuardsIntact(),
                "%s %s, width %d wrote outside its tensors", info.names[0],
                NameOf(dtype), static_cast<int>(width));
          // In place of each input.
          RowwiseForward(op, x.data(), x.data(), ThreadPool());
          Check(x.SameBits(y), "%s %s, width %d: y in place differs",
                info.names[0], NameOf(dtype), static_cast<int>(width));
          RowwiseBackward(op, x.data(), dy.data(), x.data(), ThreadPool());
          RowwiseBackward(op, y.data(), dy.data(), dy.data(), ThreadPool());
          Check(x.SameBits(dx) && dy.SameBits(dx),
                "%s %s, width %d: dx in place differs", info.names[0],
                NameOf(dtype), static_cast<int>(width));
        }
      }
    });
  });
}

TEST(rowwise_special_rows) {
  const double nan = NAN, inf = INFINITY;
  const std::vector<std::vector<double>> rows = {
      {nan, 1, 2},     {1, 2, inf},      {inf, inf, -inf}, {-inf, -inf, -inf},
      {-inf, 3, -inf}, {3e38, -3e38, 0}, {-0.0, 0.0, 0.0}, {1, nan, -inf},
      {0, -1, -1},     {5, 5, -40}};
  ForEachIsa([&](const char* isa) {
    ForEachRowwise([&](const RowwiseInfo& info) {
      for (const int64_t width : {int64_t{3}, int64_t{40}, int64_t{20000}}) {
        for (const std::vector<double>& special : rows) {
          // The rest of a wide row is far below and changes nothing.
          Tensor x(DType::kFloat32, width), y(DType::kFloat32, width),
              dy(DType::kFloat32, width), dx(DType::kFloat32, width);
          std::vector<double> values(static_cast<size_t>(width), -INFINITY);
          for (size_t i = 0; i < 3; ++i)
            values[(i * 7919 + 2) % values.size()] = special[i];
          x.Fill(values);
          dy.FillRandom(1, 1);
          const Rowwise op{info.id, DType::kFloat32, 1, width};
          RowwiseForward(op, x.data(), y.data(), SerialExecution());
          const std::string what = std::string(info.names[0]) + " on " + isa +
                                   " of " + std::to_string(special[0]) + ", " +
                                   std::to_string(special[1]) + ", " +
                                   std::to_string(special[2]);
          const RowResult want = RowValue(info.id, ValuesOf(x, 0, width));
          CheckRow(y, 0, want, info.epsilons.forward, what);
          if (!std::isnan(want.value[0])) continue;
          // NaN goes on to every element whose gradient takes y.
          RowwiseBackward(op, y.data(), dy.data(), dx.data(),
                          SerialExecution());
          Check(std::isnan(dx.At(0)) && std::isnan(dx.At(width - 1)),
                "%s: the gradient is %g, expected NaN", what.c_str(), dx.At(0));
        }
      }
    });
  });
}

TEST(rowwise_empty_tensors) {
  ForEachRowwise([&](const RowwiseInfo& info) {
    for (const DType dtype : kTypes) {
      for (const int64_t rows : {0, 5}) {
        const Rowwise op{info.id, dtype, rows, rows == 0 ? 7 : 0};
        RowwiseForward(op, nullptr, nullptr, ThreadPool());
        RowwiseBackward(op, nullptr, nullptr, nullptr, ThreadPool());
      }
    }
  });
}

TEST(a_row_does_not_depend_on_its_place) {
  ForEachIsa([&](const char* isa) {
    ForEachRowwise([&](const RowwiseInfo& info) {
      for (const DType dtype : kTypes) {
        for (const int64_t width : {1, 7, 10, 32, 33, 300, 9000}) {
          const int64_t rows = 37;
          Tensor x(dtype, rows * width), y(dtype, rows * width);
          x.FillRandom(5, 2);
          RowwiseForward({info.id, dtype, rows, width}, x.data(), y.data(),
                         ThreadPool());
          const size_t bytes = static_cast<size_t>(width) * ElementSize(dtype);
          for (const int64_t row : {0, 3, 17, 36}) {
            Tensor one(dtype, width, 1), result(dtype, width, 2);
            const size_t at = static_cast<size_t>(row) * bytes;
            std::memcpy(one.data(), static_cast<char*>(x.data()) + at, bytes);
            RowwiseForward({info.id, dtype, 1, width}, one.data(),
                           result.data(), SerialExecution());
            Check(std::memcmp(result.data(), static_cast<char*>(y.data()) + at,
                              bytes) == 0,
                  "%s %s on %s, width %d: row %d alone differs", info.names[0],
                  NameOf(dtype), isa, static_cast<int>(width),
                  static_cast<int>(row));
          }
        }
      }
    });
  });
}

TEST(rowwise_threads_and_streaming_change_no_bit) {
  const int before = ThreadPoolSize();
  ForEachRowwise([&](const RowwiseInfo& info) {
    for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
      for (const int64_t width : {10, 1001, 30011}) {
        // Beyond the size from which stores pass the caches.
        const int64_t rows = (int64_t{17} << 20) /
                                 static_cast<int64_t>(ElementSize(dtype)) /
                                 width +
                             1;
        const Rowwise op{info.id, dtype, rows, width};
        const int64_t n = rows * width;
        Tensor x(dtype, n), dy(dtype, n), y(dtype, n), dx(dtype, n),
            expected(dtype, n), expected_dx(dtype, n);
        std::vector<double> values(static_cast<size_t>(n));
        for (int64_t i = 0; i < n; ++i)
          values[static_cast<size_t>(i)] =
              4 * std::sin(0.37 * static_cast<double>(i));
        x.Fill(values);
        std::reverse(values.begin(), values.end());
        dy.Fill(values);
        std::memcpy(expected.data(), x.data(), static_cast<size_t>(x.bytes()));
        // In place: plain stores.
        RowwiseForward(op, expected.data(), expected.data(), SerialExecution());
        std::memcpy(expected_dx.data(), dy.data(),
                    static_cast<size_t>(x.bytes()));
        RowwiseBackward(op, expected.data(), expected_dx.data(),
                        expected_dx.data(), SerialExecution());
        for (const int threads : {1, 2, 5}) {
          SetThreadPoolSize(threads);
          RowwiseForward(op, x.data(), y.data(), ThreadPool());
          RowwiseBackward(op, y.data(), dy.data(), dx.data(), ThreadPool());
          Check(y.SameBits(expected) && dx.SameBits(expected_dx) &&
                    y.GuardsIntact() && dx.GuardsIntact(),
                "%s %s, width %d: %d threads differ", info.names[0],
                NameOf(dtype), static_cast<int>(width), threads);
        }
      }
    }
  });
  SetThreadPoolSize(before);
}

TEST(sparsemax_thresholds_that_are_slow_to_find) {
  ForEachIsa([&](const char* isa) {
    for (const DType dtype : {DType::kFloat32, DType::kFloat64}) {
      std::vector<double> slow = SlowSparsemaxRow(EpsilonOf(dtype));
      Check(slow.size() > 8, "a slow row of %d elements only",
            static_cast<int>(slow.size()));
      std::mt19937 random(1);
      for (const size_t width : {slow.size(), size_t{100}, size_t{20000}}) {
        std::vector<double> row = slow;
        row.resize(width, -2);
        std::shuffle(row.begin(), row.end(), random);
        Tensor x(dtype, static_cast<int64_t>(width)),
            y(dtype, static_cast<int64_t>(width));
        x.Fill(row);
        RowwiseForward({RowwiseId::kSparsemax, dtype, 1, x.count()}, x.data(),
                       y.data(), SerialExecution());
        CheckRow(y, 0,
                 RowValue(RowwiseId::kSparsemax, ValuesOf(x, 0, x.count())),
                 Info(RowwiseId::kSparsemax).epsilons.forward,
                 std::string(isa) + ", a slow row of " + std::to_string(width));
      }
    }
  });
}

TEST(rowwise_gradient_against_finite_differences) {
  ForEachRowwise([&](const RowwiseInfo& info) {
    constexpr int64_t width = 24;
    constexpr double h = 1e-5;
    const Rowwise op{info.id, DType::kFloat64, 1, width};
    Tensor x(DType::kFloat64, width), y(DType::kFloat64, width),
        dy(DType::kFloat64, width), dx(DType::kFloat64, width);
    x.FillRandom(3, 0.3);
    dy.FillRandom(4, 1);
    RowwiseForward(op, x.data(), y.data(), SerialExecution());
    RowwiseBackward(op, y.data(), dy.data(), dx.data(), SerialExecution());
    for (int64_t i = 0; i < width; ++i) {
      double difference = 0;
      const double at = x.At(i);
      for (const double side : {1.0, -1.0}) {
        x.Set(i, at + side * h);
        RowwiseForward(op, x.data(), y.data(), SerialExecution());
        for (int64_t j = 0; j < width; ++j)
          difference += side * dy.At(j) * y.At(j) / (2 * h);
      }
      x.Set(i, at);
      Check(std::abs(dx.At(i) - difference) < 1e-8,
            "%s: dx[%d] is %.9g, finite differences give %.9g", info.names[0],
            static_cast<int>(i), dx.At(i), difference);
    }
  });
}

TEST(bad_rowwise_arguments_are_named) {
  float x[16] = {}, y[16];
  Rowwise op{RowwiseId::kSoftmax, DType::kFloat32, 2, 4};
  CheckThrows([&] { RowwiseForward(op, x, x + 2, SerialExecution()); },
              "y: expected memory apart from x");
  CheckThrows([&] { RowwiseForward(op, x, nullptr, SerialExecution()); },
              "y: expected");
  CheckThrows([&] { RowwiseBackward(op, x, x + 8, x + 1, SerialExecution()); },
              "dx: expected memory apart from y");
  op.width = -1;
  CheckThrows([&] { RowwiseForward(op, x, y, SerialExecution()); },
              "width: expected");
  op.width = int64_t{1} << 40;
  op.rows = int64_t{1} << 40;
  CheckThrows([&] { RowwiseForward(op, x, y, SerialExecution()); },
              "a product that fits 64 bits");
  op.activation = static_cast<RowwiseId>(3);
  CheckThrows([&] { RowwiseForward(op, x, y, SerialExecution()); },
              "row-wise activation: expected a number from 0 to 2, got 3");
}

}  // namespace cuda_activations::tests
