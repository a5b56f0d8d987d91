// Bias + activation, gated, PReLU and APL against direct sums in double, over
// layouts, sizes, types and alignments; parameter gradients bit for bit.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>

#include "../../tests/reference.h"
#include "gpu.h"

namespace cuda_activations::tests {
namespace {

const cuda::Stream& TheStream() { return TheGpu().stream(); }

/// Shapes that take every path: rows shorter and longer than a block, channels
/// that fill vectors and that do not, several tiles and chunks, one channel
/// with a tail, one parameter per position, and empty ones.
constexpr ChannelLayout kLayouts[] = {
    {37, 8, 1}, {5, 7, 1},  {300, 64, 1}, {3, 1100, 1}, {1, 3, 1},
    {2, 3, 49}, {3, 5, 64}, {2, 2, 2100}, {1, 1, 5003}, {9000, 2, 1},
    {0, 6, 1},  {4, 0, 1},  {3, 6, 0},    {40, 16, 8},
};

int64_t CountOf(const ChannelLayout& l) {
  return l.outer * l.channels * l.inner;
}
int64_t ChannelOf(const ChannelLayout& l, int64_t i) {
  return i / l.inner % l.channels;
}

/// Largest error that the type's rounding of inputs and result explains.
double Tolerance(DType dtype, double scale) {
  return (2 * EpsilonOf(dtype) + 2e-6) * scale + 1e-30;
}

std::string Describe(DType dtype, const ChannelLayout& l) {
  return std::string(NameOf(dtype)) + " [" + std::to_string(l.outer) + ", " +
         std::to_string(l.channels) + ", " + std::to_string(l.inner) + "]";
}

/// Compares element by element with `exact(i)`; `scale(i)`: what the error is
/// measured against.
void Compare(const Tensor& got, const std::string& what,
             const std::function<double(int64_t)>& exact,
             const std::function<double(int64_t)>& scale) {
  for (int64_t i = 0; i < got.count(); ++i) {
    const double want = exact(i), value = got.At(i);
    if (std::abs(value - want) <= Tolerance(got.dtype(), scale(i))) continue;
    Check(false, "%s: element %lld is %.9g, expected %.9g", what.c_str(),
          static_cast<long long>(i), value, want);
    return;
  }
}

/// Sum and sum of magnitudes of term(i) for each of `sums` rows of channels.
struct Sums {
  std::vector<double> value, magnitude;
  Sums(const ChannelLayout& l, int64_t rows,
       const std::function<double(int64_t row, int64_t i)>& term)
      : value(static_cast<size_t>(rows * l.channels)), magnitude(value) {
    for (int64_t i = 0; i < CountOf(l); ++i) {
      for (int64_t row = 0; row < rows; ++row) {
        const size_t at =
            static_cast<size_t>(row * l.channels + ChannelOf(l, i));
        const double t = term(row, i);
        value[at] += t;
        magnitude[at] += std::abs(t);
      }
    }
  }
};

/// Runs `call` again in other orders of the emulated threads: same bits.
void CheckSameBits(const std::string& what,
                   std::initializer_list<DeviceTensor*> results,
                   const std::function<void()>& call) {
  std::vector<std::vector<char>> first;
  for (DeviceTensor* result : results) {
    const char* bytes = static_cast<const char*>(result->host.data());
    first.emplace_back(bytes, bytes + result->host.bytes());
  }
  for (const char* seed : {"2", "3"}) {
    setenv("EMULATION_SEED", seed, 1);
    call();
    size_t k = 0;
    for (DeviceTensor* result : results) {
      result->Down();
      Check(
          first[k].empty() || std::memcmp(first[k].data(), result->host.data(),
                                          first[k].size()) == 0,
          "%s: result %zu is not the same bits again", what.c_str(), k);
      ++k;
    }
  }
  unsetenv("EMULATION_SEED");
}

/// Philox4x32-10 and its mapping of elements to words, written from the paper
/// and from cpu/philox.h's first lines.
bool IsKept(const Dropout& dropout, int64_t i) {
  const uint64_t element = static_cast<uint64_t>(i);
  const uint64_t block = element / 64 * 16 + element % 16;
  uint32_t c[4] = {static_cast<uint32_t>(block),
                   static_cast<uint32_t>(block >> 32),
                   static_cast<uint32_t>(dropout.counter),
                   static_cast<uint32_t>(dropout.counter >> 32)};
  uint32_t k0 = static_cast<uint32_t>(dropout.seed),
           k1 = static_cast<uint32_t>(dropout.seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{0xD2511F53} * c[0],
                   p1 = uint64_t{0xCD9E8D57} * c[2];
    const uint32_t next[4] = {
        static_cast<uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<uint32_t>(p1),
        static_cast<uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<uint32_t>(p0)};
    std::copy(next, next + 4, c);
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c[element % 64 / 16] >=
         static_cast<uint32_t>(std::nearbyint(dropout.rate * 4294967296.0));
}

TEST(bias_activation_forward_and_backward) {
  for (const DType dtype : kGpuTypes) {
    for (const ChannelLayout& layout : kLayouts) {
      for (const int options : {0, 1, 2, 3}) {
        const bool with_residual = options & 1, drops = options == 2;
        const int64_t offset = options == 3 ? 1 : 0, n = CountOf(layout);
        BiasActivation op;
        op.activation = PointwiseId::kGelu;
        op.parameters = DefaultParameters(op.activation);
        op.dtype = dtype;
        op.layout = layout;
        if (drops) op.dropout = {0.25, 77, 1234567890123};
        const std::string what =
            "bias " + Describe(dtype, layout) + " " + std::to_string(options);
        DeviceTensor x(dtype, n, offset), residual(dtype, n),
            bias(dtype, layout.channels), y(dtype, n), pre(dtype, n),
            dy(dtype, n, offset), dx(dtype, n), dbias(dtype, layout.channels);
        x.host.FillRandom(1, 1.5);
        residual.host.FillRandom(2, 1.0);
        bias.host.FillRandom(3, 1.0);
        dy.host.FillRandom(4, 1.0);
        for (DeviceTensor* t : {&x, &residual, &bias, &dy}) t->Up();
        const void* skip = with_residual ? residual.data() : nullptr;
        Require(cuda::BiasActivationForward(op, x.data(), bias.data(), skip,
                                            y.data(), pre.data(), TheStream()));
        y.Down();
        pre.Down();
        const auto u = [&](int64_t i) {
          return x.host.At(i) + bias.host.At(ChannelOf(layout, i)) +
                 (with_residual ? residual.host.At(i) : 0);
        };
        const auto factor = [&](int64_t i) {
          if (!drops) return 1.0;
          return IsKept(op.dropout, i) ? 1 / (1 - op.dropout.rate) : 0.0;
        };
        const Reference& f = ReferenceOf(op.activation);
        const double* p = op.parameters.value;
        const auto size = [&](int64_t i) { return 4 + std::abs(u(i)); };
        Compare(pre.host, what + " preactivation", u, size);
        Compare(
            y.host, what + " y",
            [&](int64_t i) { return factor(i) * f.value(u(i), p); }, size);

        // Backward from the input, with the bias gradient.
        DeviceMemory workspace(TheGpu(),
                               cuda::BiasActivationBackwardWorkspace(op));
        const auto backward = [&] {
          Require(cuda::BiasActivationBackward(
              op, BackwardSource::kFromInput, x.data(), bias.data(), skip,
              dy.data(), dx.data(), dbias.data(), workspace.data(),
              TheStream()));
        };
        backward();
        dx.Down();
        dbias.Down();
        const auto gradient = [&](int64_t i) {
          return dy.host.At(i) * factor(i) * f.derivative(u(i), p);
        };
        Compare(dx.host, what + " dx", gradient,
                [&](int64_t i) { return 3 * std::abs(dy.host.At(i)); });
        const Sums sums(layout, 1,
                        [&](int64_t, int64_t i) { return gradient(i); });
        // f' is exact to a unit of 1, not of its own size, where it passes 0.
        const Sums upstream(layout, 1, [&](int64_t, int64_t i) {
          return dy.host.At(i) * factor(i);
        });
        Compare(
            dbias.host, what + " dbias",
            [&](int64_t c) { return sums.value[static_cast<size_t>(c)]; },
            [&](int64_t c) {
              return upstream.magnitude[static_cast<size_t>(c)];
            });
        if (options == 0) CheckSameBits(what, {&dx, &dbias}, backward);

        // From the pre-activation, without a bias gradient.
        DeviceTensor dx2(dtype, n);
        Require(cuda::BiasActivationBackward(
            op, BackwardSource::kFromPreactivation, pre.Up(), nullptr, nullptr,
            dy.data(), dx2.data(), nullptr, nullptr, TheStream()));
        dx2.Down();
        Compare(
            dx2.host, what + " dx from the pre-activation",
            [&](int64_t i) {
              return dy.host.At(i) * factor(i) *
                     f.derivative(pre.host.At(i), p);
            },
            [&](int64_t i) { return 3 * std::abs(dy.host.At(i)); });
      }
    }
  }
}

TEST(bias_activation_backward_from_the_output) {
  for (const DType dtype : kGpuTypes) {
    const ChannelLayout layout = {50, 24, 1};
    BiasActivation op;
    op.activation = PointwiseId::kTanh;
    op.parameters = DefaultParameters(op.activation);
    op.dtype = dtype;
    op.layout = layout;
    DeviceTensor y(dtype, 1200), dy(dtype, 1200), dx(dtype, 1200),
        dbias(dtype, 24);
    y.host.FillRandom(1, 0.3);
    dy.host.FillRandom(2, 1.0);
    DeviceMemory workspace(TheGpu(), cuda::BiasActivationBackwardWorkspace(op));
    Require(cuda::BiasActivationBackward(
        op, BackwardSource::kFromOutput, y.Up(), nullptr, nullptr, dy.Up(),
        dx.data(), dbias.data(), workspace.data(), TheStream()));
    dx.Down();
    dbias.Down();
    const auto gradient = [&](int64_t i) {
      return dy.host.At(i) * (1 - y.host.At(i) * y.host.At(i));
    };
    Compare(dx.host, "from output dx", gradient,
            [&](int64_t i) { return 2 * std::abs(dy.host.At(i)); });
    const Sums sums(layout, 1, [&](int64_t, int64_t i) { return gradient(i); });
    Compare(
        dbias.host, "from output dbias",
        [&](int64_t c) { return sums.value[static_cast<size_t>(c)]; },
        [&](int64_t c) { return sums.magnitude[static_cast<size_t>(c)]; });
  }
}

TEST(gated_packed_and_two_tensors) {
  for (const DType dtype : kGpuTypes) {
    for (const GatedId id :
#if defined(CA_FEW_ACTIVATIONS)
         {GatedId::kGeglu, GatedId::kReglu}) {
#else
         {GatedId::kGlu, GatedId::kBilinear, GatedId::kReglu, GatedId::kGeglu,
          GatedId::kGegluTanh, GatedId::kSwiglu}) {
#endif
      const PointwiseId gate = Info(id).gate;
      const Parameters parameters = DefaultParameters(gate);
      const Reference& g = ReferenceOf(gate);
      // rows, width; rows of a packed tensor lie 2 widths apart.
      for (const auto& shape : {std::pair<int64_t, int64_t>{1, 1003},
                                {13, 64},
                                {300, 5},
                                {7, 1},
                                {2, 3000},
                                {0, 8}}) {
        Gated op;
        op.activation = id;
        op.dtype = dtype;
        op.rows = shape.first;
        op.width = shape.second;
        op.stride = 2 * op.width;
        const int64_t n = op.rows * op.width;
        const int64_t half =
            op.width * static_cast<int64_t>(ElementSize(dtype));
        DeviceTensor x(dtype, 2 * n), y(dtype, n), dy(dtype, n),
            dx(dtype, 2 * n);
        x.host.FillRandom(5, 1.5);
        dy.host.FillRandom(6, 1.0);
        x.Up();
        dy.Up();
        const char* a = static_cast<const char*>(x.data());
        char* da = static_cast<char*>(dx.data());
        Require(cuda::GatedForward(op, a, a + half, y.data(), TheStream()));
        Require(cuda::GatedBackward(op, a, a + half, dy.data(), da, da + half,
                                    TheStream()));
        y.Down();
        dx.Down();
        const std::string what = std::string(Info(id).names[0]) + " " +
                                 NameOf(dtype) + " " + std::to_string(op.rows) +
                                 " x " + std::to_string(op.width);
        const auto at_a = [&](int64_t i) {
          return i / op.width * op.stride + i % op.width;
        };
        const double* p = parameters.value;
        Compare(
            y.host, what,
            [&](int64_t i) {
              return x.host.At(at_a(i)) *
                     g.value(x.host.At(at_a(i) + op.width), p);
            },
            [&](int64_t i) {
              return (1 + std::abs(x.host.At(at_a(i)))) *
                     (1 + std::abs(x.host.At(at_a(i) + op.width)));
            });
        const auto exact = [&](int64_t j) {
          const int64_t row = j / op.stride, column = j % op.stride;
          const bool of_a = column < op.width;
          const int64_t i =
              row * op.width + (of_a ? column : column - op.width);
          const double b = x.host.At(at_a(i) + op.width);
          return of_a ? dy.host.At(i) * g.value(b, p)
                      : dy.host.At(i) * x.host.At(at_a(i)) * g.derivative(b, p);
        };
        Compare(dx.host, what + " gradient", exact, [&](int64_t j) {
          const int64_t row = j / op.stride, column = j % op.stride;
          const int64_t i = row * op.width + column % op.width;
          return 3 * std::abs(dy.host.At(i)) *
                 (1 + std::abs(x.host.At(at_a(i)))) *
                 (1 + std::abs(x.host.At(at_a(i) + op.width)));
        });
        if (op.rows != 1) continue;
        // Two tensors, in place over a and b.
        op.stride = op.width;
        Require(cuda::GatedBackward(op, a, a + half, dy.data(), x.data(),
                                    static_cast<char*>(x.data()) + half,
                                    TheStream()));
        x.Down();
        Check(x.host.SameBits(dx.host), "%s in place differs", what.c_str());
      }
    }
  }
}

TEST(prelu_forward_and_backward) {
  for (const DType dtype : kGpuTypes) {
    for (const ChannelLayout& layout : kLayouts) {
      const int64_t n = CountOf(layout);
      const PRelu op{dtype, layout};
      const std::string what = "prelu " + Describe(dtype, layout);
      DeviceTensor x(dtype, n), slope(dtype, layout.channels), y(dtype, n),
          dy(dtype, n), dx(dtype, n), dslope(dtype, layout.channels);
      x.host.FillRandom(1, 1.0);
      if (n > 2) {
        x.host.Set(0, 0.0);
        x.host.Set(1, -0.0);
      }
      slope.host.FillRandom(2, 0.5);
      dy.host.FillRandom(3, 1.0);
      for (DeviceTensor* t : {&x, &slope, &dy}) t->Up();
      Require(cuda::PReluForward(op, x.data(), slope.data(), y.data(),
                                 TheStream()));
      y.Down();
      const auto s = [&](int64_t i) {
        return slope.host.At(ChannelOf(layout, i));
      };
      Compare(
          y.host, what,
          [&](int64_t i) {
            const double v = x.host.At(i);
            return v > 0 ? v : s(i) * v;
          },
          [&](int64_t i) { return std::abs(x.host.At(i)); });
      DeviceMemory workspace(TheGpu(), cuda::PReluBackwardWorkspace(op));
      const auto backward = [&] {
        Require(cuda::PReluBackward(op, x.data(), slope.data(), dy.data(),
                                    dx.data(), dslope.data(), workspace.data(),
                                    TheStream()));
      };
      backward();
      dx.Down();
      dslope.Down();
      Compare(
          dx.host, what + " dx",
          [&](int64_t i) {
            return dy.host.At(i) * (x.host.At(i) > 0 ? 1 : s(i));
          },
          [&](int64_t i) { return std::abs(dy.host.At(i)); });
      const Sums sums(layout, 1, [&](int64_t, int64_t i) {
        return dy.host.At(i) * std::min(0.0, x.host.At(i));
      });
      Compare(
          dslope.host, what + " dslope",
          [&](int64_t c) { return sums.value[static_cast<size_t>(c)]; },
          [&](int64_t c) { return sums.magnitude[static_cast<size_t>(c)]; });
      CheckSameBits(what, {&dx, &dslope}, backward);
    }
  }
}

// APL, and APL of x + bias where the channels are the last dimension.
void CheckApl(bool biased) {
  for (const DType dtype : kGpuTypes) {
    for (const ChannelLayout& layout : kLayouts) {
      if (biased && layout.inner != 1) continue;
      for (const int64_t segments : {0, 1, 3, 5, 10, 17}) {
        // All sizes with 5 segments, one of each kind with the others.
        if (segments != 5 && layout.outer != 37 && layout.inner != 64) continue;
        const int64_t n = CountOf(layout), sets = segments * layout.channels;
        const Apl op{dtype, layout, segments};
        const std::string what = (biased ? "biased apl " : "apl ") +
                                 Describe(dtype, layout) +
                                 " S=" + std::to_string(segments);
        DeviceTensor x(dtype, n), a(dtype, sets), b(dtype, sets), y(dtype, n),
            dy(dtype, n), dx(dtype, n), da(dtype, sets), db(dtype, sets),
            bias(dtype, layout.channels), dbias(dtype, layout.channels);
        bias.host.FillRandom(5, 0.5);
        x.host.FillRandom(1, 1.0);
        a.host.FillRandom(2, 0.5);
        b.host.FillRandom(3, 0.7);
        dy.host.FillRandom(4, 1.0);
        // At a hinge, which counts as not active.
        if (n > 0 && sets > 0) x.host.Set(0, b.host.At(0));
        for (DeviceTensor* t : {&x, &a, &b, &dy, &bias}) t->Up();
        // As the kernel rounds it: which side of a hinge it is on.
        const auto input = [&](int64_t i) -> double {
          if (!biased) return x.host.At(i);
          return static_cast<float>(x.host.At(i) +
                                    bias.host.At(ChannelOf(layout, i)));
        };
        Require(biased ? cuda::BiasedAplForward(op, x.data(), bias.data(),
                                                a.data(), b.data(), y.data(),
                                                TheStream())
                       : cuda::AplForward(op, x.data(), a.data(), b.data(),
                                          y.data(), TheStream()));
        y.Down();
        const auto parameter = [&](const DeviceTensor& t, int64_t row,
                                   int64_t i) {
          return t.host.At(row * layout.channels + ChannelOf(layout, i));
        };
        double scale = 4;
        for (int64_t k = 0; k < sets; ++k) scale += std::abs(a.host.At(k));
        Compare(
            y.host, what,
            [&](int64_t i) {
              const double v = input(i);
              double sum = std::max(0.0, v);
              for (int64_t r = 0; r < segments; ++r) {
                sum +=
                    parameter(a, r, i) * std::max(0.0, parameter(b, r, i) - v);
              }
              return sum;
            },
            [&](int64_t) { return 4 + 2.0 * static_cast<double>(segments); });
        DeviceMemory workspace(TheGpu(),
                               biased ? cuda::BiasedAplBackwardWorkspace(op)
                                      : cuda::AplBackwardWorkspace(op));
        const auto backward_into = [&](DeviceTensor& out) {
          Require(biased ? cuda::BiasedAplBackward(
                               op, x.data(), bias.data(), a.data(), b.data(),
                               dy.data(), out.data(), dbias.data(), da.data(),
                               db.data(), workspace.data(), TheStream())
                         : cuda::AplBackward(op, x.data(), a.data(), b.data(),
                                             dy.data(), out.data(), da.data(),
                                             db.data(), workspace.data(),
                                             TheStream()));
        };
        const auto backward = [&] { backward_into(dx); };
        backward();
        for (DeviceTensor* t : {&dx, &da, &db, &dbias}) t->Down();
        Compare(
            dx.host, what + " dx",
            [&](int64_t i) {
              const double v = input(i);
              double slope = v > 0 ? 1 : 0;
              for (int64_t r = 0; r < segments; ++r) {
                slope -= v < parameter(b, r, i) ? parameter(a, r, i) : 0;
              }
              return slope * dy.host.At(i);
            },
            [&](int64_t i) {
              return (2 + static_cast<double>(segments)) *
                     std::abs(dy.host.At(i));
            });
        const Sums moments(layout, segments, [&](int64_t r, int64_t i) {
          return dy.host.At(i) * std::max(0.0, parameter(b, r, i) - input(i));
        });
        const Sums masses(layout, segments, [&](int64_t r, int64_t i) {
          return input(i) < parameter(b, r, i) ? dy.host.At(i) : 0;
        });
        if (biased) {
          // Of each element the slope, and what its rounding is relative to.
          const auto slope = [&](int64_t i, bool absolute) {
            double sum = input(i) > 0 ? 1 : 0;
            for (int64_t r = 0; r < segments; ++r) {
              if (input(i) >= parameter(b, r, i)) continue;
              sum +=
                  absolute ? std::abs(parameter(a, r, i)) : -parameter(a, r, i);
            }
            return sum;
          };
          const Sums totals(layout, 1, [&](int64_t, int64_t i) {
            return slope(i, false) * dy.host.At(i);
          });
          const Sums sizes(layout, 1, [&](int64_t, int64_t i) {
            return slope(i, true) * dy.host.At(i);
          });
          Compare(
              dbias.host, what + " dbias",
              [&](int64_t c) { return totals.value[static_cast<size_t>(c)]; },
              [&](int64_t c) {
                return sizes.magnitude[static_cast<size_t>(c)];
              });
          CheckSameBits(what, {&dbias}, backward);
        }
        Compare(
            da.host, what + " da",
            [&](int64_t k) { return moments.value[static_cast<size_t>(k)]; },
            [&](int64_t k) {
              return moments.magnitude[static_cast<size_t>(k)];
            });
        Compare(
            db.host, what + " db",
            [&](int64_t k) {
              return a.host.At(k) * masses.value[static_cast<size_t>(k)];
            },
            [&](int64_t k) {
              return std::abs(a.host.At(k)) *
                     masses.magnitude[static_cast<size_t>(k)];
            });
        CheckSameBits(what, {&dx, &da, &db}, backward);
        // In place over dy.
        backward_into(dy);
        dy.Down();
        Check(dy.host.SameBits(dx.host), "%s in place differs", what.c_str());
      }
    }
  }
}

TEST(apl_forward_and_backward) { CheckApl(false); }
TEST(apl_with_bias_forward_and_backward) { CheckApl(true); }

}  // namespace
}  // namespace cuda_activations::tests
