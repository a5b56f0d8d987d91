// Functions of a whole row against extended precision: every kind of team,
// vectors and scalars, special rows, other orders of the threads.
#include <algorithm>
#include <cstdlib>

#include "../../tests/row_reference.h"
#include "gpu.h"

namespace cuda_activations::tests {
namespace {

const cuda::Stream& TheStream() { return TheGpu().stream(); }

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

/// The stated bound in float32; one rounding, and the hardware's exponential,
/// in 16-bit types, where a float below 2^-126 is 0.
double Allowed(DType dtype, double bound, double exact, double scale) {
  if (dtype == DType::kFloat32) return bound * 0x1p-23 * scale + 0x1p-148;
  return 0.5 * EpsilonOf(dtype) * std::abs(exact) + 0x1p-16 * scale +
         (dtype == DType::kFloat16 ? 0x1p-25 : 0x1p-125);
}

void CheckRow(const Tensor& got, int64_t begin, const RowResult& want,
              double bound, const std::string& what) {
  for (size_t i = 0; i < want.value.size(); ++i) {
    const double value = got.At(begin + static_cast<int64_t>(i));
    const double exact = want.value[i];
    if (std::isnan(exact) ? std::isnan(value) : value == exact) continue;
    if (value == -INFINITY && exact < -3.4028235677973366e38) continue;
    const double allowed = Allowed(got.dtype(), bound, exact, want.scale[i]);
    if (std::abs(value - exact) <= allowed) continue;
    Check(false, "%s: element %d is %.9g, exact %.17g, %.2f of the bound",
          what.c_str(), static_cast<int>(i), value, exact,
          std::abs(value - exact) / allowed);
    return;
  }
}

void FillPatterns(Tensor* x, int64_t width) {
  std::vector<double> values;
  for (int p = 0; p < kRowPatterns; ++p) {
    const std::vector<double> row =
        RowPattern(p, width, static_cast<uint32_t>(width));
    values.insert(values.end(), row.begin(), row.end());
  }
  x->Fill(values);
}

TEST(rowwise_forward_and_backward) {
  ForEachRowwise([&](const RowwiseInfo& info) {
    for (const DType dtype : kGpuTypes) {
      for (const int64_t width : {1, 2, 3, 8, 10, 16, 31, 32, 40, 64, 100, 127,
                                  128, 257, 1000, 1028, 4104, 5003}) {
        for (const int64_t offset : {0, 1}) {
          const Rowwise op{info.id, dtype, kRowPatterns, width};
          const int64_t n = op.rows * width;
          DeviceTensor x(dtype, n, offset), y(dtype, n), dy(dtype, n),
              dx(dtype, n, offset);
          FillPatterns(&x.host, width);
          dy.host.FillRandom(7, 1);
          x.Up();
          dy.Up();
          Require(cuda::RowwiseForward(op, x.data(), y.data(), TheStream()));
          Require(cuda::RowwiseBackward(op, y.data(), dy.data(), dx.data(),
                                        TheStream()));
          y.Down();
          dx.Down();
          for (int p = 0; p < kRowPatterns; ++p) {
            const int64_t begin = p * width;
            const std::string what =
                std::string(info.names[0]) + " " + NameOf(dtype) + ", width " +
                std::to_string(width) + ", pattern " + std::to_string(p);
            CheckRow(y.host, begin,
                     RowValue(info.id, ValuesOf(x.host, begin, width)),
                     info.epsilons.forward, what);
            CheckRow(dx.host, begin,
                     RowGradient(info.id, ValuesOf(y.host, begin, width),
                                 ValuesOf(dy.host, begin, width)),
                     info.epsilons.backward, what + ", gradient");
          }
          // In place, and the threads in other orders: the same bits.
          for (const char* seed : {"2", "3"}) {
            setenv("EMULATION_SEED", seed, 1);
            DeviceTensor same(dtype, n, offset);
            std::memcpy(same.host.data(), x.host.data(),
                        static_cast<size_t>(x.host.bytes()));
            same.Up();
            Require(cuda::RowwiseForward(op, same.data(), same.data(),
                                         TheStream()));
            same.Down();
            Check(offset != 0 || same.host.SameBits(y.host),
                  "%s %s, width %d: y in place differs", info.names[0],
                  NameOf(dtype), static_cast<int>(width));
            Require(cuda::RowwiseBackward(op, y.data(), dy.data(), same.data(),
                                          TheStream()));
            same.Down();
            Check(same.host.SameBits(dx.host),
                  "%s %s, width %d: dx is not the same bits again",
                  info.names[0], NameOf(dtype), static_cast<int>(width));
          }
          unsetenv("EMULATION_SEED");
        }
      }
    }
  });
}

TEST(rowwise_special_rows) {
  const double inf = INFINITY;
  const std::vector<std::vector<double>> rows = {
      {NAN, 1, 2},     {1, 2, inf},      {inf, inf, -inf}, {-inf, -inf, -inf},
      {-inf, 3, -inf}, {3e38, -3e38, 0}, {-0.0, 0.0, 0.0}, {0, -1, -1}};
  ForEachRowwise([&](const RowwiseInfo& info) {
    // Rows of one thread, of a warp, of a block; some without a place in x.
    for (const int64_t width : {3, 40, 3000}) {
      const int64_t count = static_cast<int64_t>(rows.size()) * width;
      DeviceTensor x(DType::kFloat32, count), y(DType::kFloat32, count);
      std::vector<double> values(static_cast<size_t>(count), -INFINITY);
      for (size_t r = 0; r < rows.size(); ++r) {
        for (size_t i = 0; i < 3; ++i) {
          const size_t w = static_cast<size_t>(width);
          values[r * w + (i * 7919 + 2) % w] = rows[r][i];
        }
      }
      x.host.Fill(values);
      x.Up();
      Require(cuda::RowwiseForward(
          {info.id, DType::kFloat32, static_cast<int64_t>(rows.size()), width},
          x.data(), y.data(), TheStream()));
      y.Down();
      for (size_t r = 0; r < rows.size(); ++r) {
        const int64_t begin = static_cast<int64_t>(r) * width;
        CheckRow(
            y.host, begin, RowValue(info.id, ValuesOf(x.host, begin, width)),
            info.epsilons.forward,
            std::string(info.names[0]) + ", width " + std::to_string(width) +
                ", special row " + std::to_string(r));
      }
    }
  });
}

TEST(rowwise_sums_of_long_and_even_rows) {
  // Equal elements round alike: what is lost must be summed as well.
  constexpr int64_t width = 60000;
  DeviceTensor x(DType::kFloat32, width), y(DType::kFloat32, width);
  std::vector<double> values(static_cast<size_t>(width), 0.3);
  values[777] = 1;
  x.host.Fill(values);
  x.Up();
  ForEachRowwise([&](const RowwiseInfo& info) {
    Require(cuda::RowwiseForward({info.id, DType::kFloat32, 1, width}, x.data(),
                                 y.data(), TheStream()));
    y.Down();
    CheckRow(y.host, 0, RowValue(info.id, ValuesOf(x.host, 0, width)),
             info.epsilons.forward,
             std::string(info.names[0]) + " of an even row");
  });
}

TEST(sparsemax_rows_that_are_slow_in_one_team_of_a_warp) {
  const std::vector<double> slow = SlowSparsemaxRow(0x1p-23);
  const int64_t width = static_cast<int64_t>(slow.size()), rows = 70;
  DeviceTensor x(DType::kFloat32, rows * width),
      y(DType::kFloat32, rows * width);
  x.host.FillRandom(3, 1);
  for (const int64_t row : {0, 33, 69}) {
    for (int64_t i = 0; i < width; ++i)
      x.host.Set(row * width + i, slow[static_cast<size_t>(i)]);
  }
  x.Up();
  Require(cuda::RowwiseForward(
      {RowwiseId::kSparsemax, DType::kFloat32, rows, width}, x.data(), y.data(),
      TheStream()));
  y.Down();
  for (int64_t row = 0; row < rows; ++row) {
    CheckRow(
        y.host, row * width,
        RowValue(RowwiseId::kSparsemax, ValuesOf(x.host, row * width, width)),
        Info(RowwiseId::kSparsemax).epsilons.forward,
        "row " + std::to_string(row) + " beside slow ones");
  }
}

TEST(bad_rowwise_calls_are_statuses) {
  float values[8] = {};
  Rowwise op{RowwiseId::kSoftmax, DType::kFloat32, 2, 4};
  const auto message = [&](const cuda::Status& status) {
    Check(!status.ok(), "no error");
    return status.message();
  };
  Check(message(cuda::RowwiseForward(op, values, nullptr, TheStream()))
                .find("y: expected") != std::string::npos,
        "an error that names y");
  op.width = -4;
  Check(message(cuda::RowwiseForward(op, values, values, TheStream()))
                .find("width: expected") != std::string::npos,
        "an error that names the width");
  op = {RowwiseId::kSoftmax, DType::kFloat64, 1, 1};
  Check(message(cuda::RowwiseForward(op, values, values, TheStream()))
                .find("float32, float16 and bfloat16") != std::string::npos,
        "an error that names the types");
  op = {RowwiseId::kSoftmax, DType::kFloat32, 0, 4};
  Require(cuda::RowwiseForward(op, nullptr, nullptr, TheStream()));
}

}  // namespace
}  // namespace cuda_activations::tests
