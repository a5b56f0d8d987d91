// Bias + activation, PReLU and APL against loops in double: layouts, dtypes,
// threads, instruction sets.
#include "harness.h"
#include "reference.h"
#include "samples.h"

namespace cuda_activations::tests {

namespace {

constexpr DType kTypes[] = {DType::kFloat32, DType::kFloat16, DType::kBFloat16,
                            DType::kFloat64};

const ChannelLayout kLayouts[] = {
    {0, 3, 1},    {4, 0, 1},    {1, 1, 1},    {7, 3, 1},     {65, 10, 1},
    {5, 16, 1},   {33, 64, 1},  {3, 100, 1},  {129, 130, 1}, {2, 515, 1},
    {3, 5000, 1}, {2, 3, 5},    {4, 64, 49},  {2, 3, 700},   {1, 2, 70001},
    {3, 130, 16}, {1000, 6, 1}, {3000, 33, 1}};

int64_t CountOf(const ChannelLayout& l) {
  return l.outer * l.channels * l.inner;
}
int64_t ChannelOf(const ChannelLayout& l, int64_t i) {
  return i / l.inner % l.channels;
}

/// |got - exact| within `ulps` units of the type at `scale`.
void Near(const char* what, const Tensor& tensor, int64_t i, double exact,
          double scale, double ulps, const ChannelLayout& l) {
  const double got = tensor.At(i);
  // Below the normal range a half keeps fewer bits.
  const double least = tensor.dtype() == DType::kFloat16 ? 0x1p-24 : 1e-30;
  const double limit = ulps * EpsilonOf(tensor.dtype()) * scale + least;
  Check(std::abs(got - exact) <= limit,
        "%s %s [%d, %d, %d] at %d: %.9g, exact %.9g", what,
        NameOf(tensor.dtype()), static_cast<int>(l.outer),
        static_cast<int>(l.channels), static_cast<int>(l.inner),
        static_cast<int>(i), got, exact);
}

/// Sums of many terms: 16-bit results round once, float sums gather error.
constexpr double kSumUlps = 24;

struct Workspace {
  std::vector<double> memory;
  explicit Workspace(int64_t bytes)
      : memory(static_cast<size_t>(bytes / 8 + 2), NAN) {}
  void* data() { return memory.data(); }
};

/// Philox4x32-10 and the mapping of elements, written from the paper.
bool Dropped(uint64_t seed, uint64_t counter, int64_t i, double rate) {
  const uint64_t block = static_cast<uint64_t>(i / 64 * 16 + i % 16);
  uint32_t c[4] = {
      static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32),
      static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32)};
  uint32_t k[2] = {static_cast<uint32_t>(seed),
                   static_cast<uint32_t>(seed >> 32)};
  for (int round = 0; round < 10; ++round) {
    const uint64_t left = uint64_t{0xD2511F53} * c[0];
    const uint64_t right = uint64_t{0xCD9E8D57} * c[2];
    const uint32_t next[4] = {static_cast<uint32_t>(right >> 32) ^ c[1] ^ k[0],
                              static_cast<uint32_t>(right),
                              static_cast<uint32_t>(left >> 32) ^ c[3] ^ k[1],
                              static_cast<uint32_t>(left)};
    std::memcpy(c, next, sizeof c);
    k[0] += 0x9E3779B9;
    k[1] += 0xBB67AE85;
  }
  return c[i % 64 / 16] < std::nearbyint(rate * 4294967296.0);
}

PointwiseId IdOf(const char* name) {
  PointwiseId id = PointwiseId::kLinear;
  Check(FindPointwise(name, &id), "%s is not found", name);
  return id;
}

}  // namespace

TEST(philox_known_answers) {
  // Random123's kat_vectors for philox4x32-10, through the mask: element 0 of
  // stream 0 under key 0 is the word 0x6627e8d5.
  const double word = 0x6627e8d5p-32;
  Check(Dropped(0, 0, 0, word + 1e-9) && !Dropped(0, 0, 0, word - 1e-9),
        "the reference generator misses its known answer");
}

TEST(bias_activation_against_reference) {
  for (const char* name : {"gelu", "relu", "tanh", "linear"}) {
    const PointwiseId id = IdOf(name);
    const Reference& reference = ReferenceOf(id);
    for (const DType dtype : kTypes) {
      for (const ChannelLayout& l : kLayouts) {
        for (const int variant : {0, 1, 2, 3}) {
          const bool with_residual = variant & 1, with_dropout = variant & 2;
          const int64_t n = CountOf(l);
          BiasActivation op;
          op.activation = id;
          op.parameters = DefaultParameters(id);
          op.dtype = dtype;
          op.layout = l;
          if (with_dropout) op.dropout = {0.3, 0x123456789abcdefULL, 42};
          Tensor x(dtype, n, 1), bias(dtype, l.channels), residual(dtype, n),
              y(dtype, n, 3), kept(dtype, n), dy(dtype, n, 2), dx(dtype, n),
              dbias(dtype, l.channels);
          x.FillRandom(1, 1.5);
          bias.FillRandom(2, 1);
          residual.FillRandom(3, 1);
          dy.FillRandom(4, 1);
          const void* const skip = with_residual ? residual.data() : nullptr;
          ForEachIsa([&](const char*) {
            Workspace work(BiasActivationBackwardWorkspace(op));
            BiasActivationForward(op, x.data(), bias.data(), skip, y.data(),
                                  kept.data(), ThreadPool());
            BiasActivationBackward(op, BackwardSource::kFromInput, x.data(),
                                   bias.data(), skip, dy.data(), dx.data(),
                                   dbias.data(), work.data(), ThreadPool());
            std::vector<double> sum(static_cast<size_t>(l.channels)),
                size(static_cast<size_t>(l.channels));
            for (int64_t i = 0; i < n; ++i) {
              const int64_t c = ChannelOf(l, i);
              const double u =
                  x.At(i) + bias.At(c) + (with_residual ? residual.At(i) : 0);
              const double factor =
                  !with_dropout ? 1
                  : Dropped(op.dropout.seed, op.dropout.counter, i, 0.3)
                      ? 0
                      : 1 / 0.7;
              const double terms =
                  std::abs(x.At(i)) + std::abs(bias.At(c)) +
                  (with_residual ? std::abs(residual.At(i)) : 0);
              const double slope = reference.derivative(u, op.parameters.value);
              // A sum that rounds across the kink has the other slope.
              const bool kink =
                  std::string(name) == "relu" && std::abs(u) < 1e-6 * terms;
              Near("y", y, i, factor * reference.value(u, op.parameters.value),
                   factor * terms, 4, l);
              Near("preactivation", kept, i, u, terms, 2, l);
              if (!kink)
                Near("dx", dx, i, factor * slope * dy.At(i),
                     factor * std::abs(dy.At(i)) * (1 + terms), 4, l);
              sum[static_cast<size_t>(c)] += factor * slope * dy.At(i);
              size[static_cast<size_t>(c)] += std::abs(factor * dy.At(i));
            }
            for (int64_t c = 0; c < l.channels; ++c)
              Near("dbias", dbias, c, sum[static_cast<size_t>(c)],
                   size[static_cast<size_t>(c)] + 1e-3, kSumUlps, l);
            Check(y.GuardsIntact() && kept.GuardsIntact() &&
                      dx.GuardsIntact() && dbias.GuardsIntact(),
                  "%s wrote outside its tensors", name);
          });
        }
      }
    }
  }
}

TEST(bias_activation_sources_agree) {
  const ChannelLayout l{37, 21, 4};
  for (const DType dtype : {DType::kFloat32, DType::kFloat64}) {
    BiasActivation op;
    op.activation = IdOf("elu");
    op.parameters = DefaultParameters(op.activation);
    op.dtype = dtype;
    op.layout = l;
    const int64_t n = CountOf(l);
    Tensor x(dtype, n), bias(dtype, l.channels), y(dtype, n), kept(dtype, n),
        dy(dtype, n), dx(dtype, n), other(dtype, n);
    x.FillRandom(1, 2);
    bias.FillRandom(2, 1);
    dy.FillRandom(3, 1);
    BiasActivationForward(op, x.data(), bias.data(), nullptr, y.data(),
                          kept.data(), ThreadPool());
    BiasActivationBackward(op, BackwardSource::kFromInput, x.data(),
                           bias.data(), nullptr, dy.data(), dx.data(), nullptr,
                           nullptr, ThreadPool());
    BiasActivationBackward(op, BackwardSource::kFromPreactivation, kept.data(),
                           nullptr, nullptr, dy.data(), other.data(), nullptr,
                           nullptr, ThreadPool());
    Check(dx.SameBits(other), "%s: x and preactivation differ", NameOf(dtype));
    BiasActivationBackward(op, BackwardSource::kFromOutput, y.data(), nullptr,
                           nullptr, dy.data(), other.data(), nullptr, nullptr,
                           ThreadPool());
    for (int64_t i = 0; i < n; ++i)
      Near("dx from output", other, i, dx.At(i), 1 + std::abs(dx.At(i)), 4, l);
    op.dropout.rate = 0.5;
    CheckThrows(
        [&] {
          BiasActivationBackward(op, BackwardSource::kFromOutput, y.data(),
                                 nullptr, nullptr, dy.data(), other.data(),
                                 nullptr, nullptr, ThreadPool());
        },
        "source:");
    op.dropout.rate = 1;
    CheckThrows(
        [&] {
          BiasActivationForward(op, x.data(), bias.data(), nullptr, y.data(),
                                nullptr, ThreadPool());
        },
        "dropout rate: expected 0 or more and less than 1");
  }
}

TEST(prelu_against_reference) {
  for (const DType dtype : kTypes) {
    for (const ChannelLayout& l : kLayouts) {
      const int64_t n = CountOf(l);
      const PRelu op{dtype, l};
      Tensor x(dtype, n, 1), slope(dtype, l.channels), y(dtype, n),
          dy(dtype, n), dx(dtype, n, 1), dslope(dtype, l.channels);
      x.FillRandom(1, 2);
      if (n > 2) x.Set(1, 0), x.Set(2, -0.0);
      slope.FillRandom(2, 0.5);
      dy.FillRandom(3, 1);
      ForEachIsa([&](const char*) {
        Workspace work(PReluBackwardWorkspace(op));
        PReluForward(op, x.data(), slope.data(), y.data(), ThreadPool());
        PReluBackward(op, x.data(), slope.data(), dy.data(), dx.data(),
                      dslope.data(), work.data(), ThreadPool());
        std::vector<double> sum(static_cast<size_t>(l.channels)),
            size(static_cast<size_t>(l.channels));
        for (int64_t i = 0; i < n; ++i) {
          const int64_t c = ChannelOf(l, i);
          const double v = x.At(i), s = v > 0 ? 1 : slope.At(c);
          Near("y", y, i, s * v, std::abs(s * v), 1, l);
          Near("dx", dx, i, s * dy.At(i), std::abs(s * dy.At(i)), 1, l);
          sum[static_cast<size_t>(c)] += dy.At(i) * std::min(0.0, v);
          size[static_cast<size_t>(c)] += std::abs(dy.At(i) * v);
        }
        for (int64_t c = 0; c < l.channels; ++c)
          Near("dslope", dslope, c, sum[static_cast<size_t>(c)],
               size[static_cast<size_t>(c)], kSumUlps, l);
        Check(y.GuardsIntact() && dx.GuardsIntact() && dslope.GuardsIntact(),
              "prelu wrote outside its tensors");
      });
    }
  }
}

// APL, and APL of x + bias where the channels are the last dimension.
void CheckApl(bool biased) {
  for (const DType dtype : kTypes) {
    for (const ChannelLayout& l : kLayouts) {
      if (biased && l.inner != 1) continue;
      for (const int64_t segments : {0, 1, 2, 5, 8, 9, 13}) {
        const int64_t n = CountOf(l), parameters = segments * l.channels;
        const Apl op{dtype, l, segments};
        Tensor x(dtype, n, 1), a(dtype, parameters, 1), b(dtype, parameters),
            y(dtype, n, 2), dy(dtype, n), dx(dtype, n), da(dtype, parameters),
            db(dtype, parameters), bias(dtype, l.channels, 1),
            dbias(dtype, l.channels, 1);
        bias.FillRandom(5, 0.5);
        x.FillRandom(1, 1);
        a.FillRandom(2, 0.5);
        b.FillRandom(3, 1);
        dy.FillRandom(4, 1);
        // Inputs on the hinges: inactive.
        for (int64_t i = 0; i < n && segments > 0; i += 7)
          x.Set(i, b.At(ChannelOf(l, i)));
        if (n > 3) x.Set(3, 0);
        ForEachIsa([&](const char*) {
          if (biased) {
            Workspace work(BiasedAplBackwardWorkspace(op));
            BiasedAplForward(op, x.data(), bias.data(), a.data(), b.data(),
                             y.data(), ThreadPool());
            BiasedAplBackward(op, x.data(), bias.data(), a.data(), b.data(),
                              dy.data(), dx.data(), dbias.data(), da.data(),
                              db.data(), work.data(), ThreadPool());
          } else {
            Workspace work(AplBackwardWorkspace(op));
            AplForward(op, x.data(), a.data(), b.data(), y.data(),
                       ThreadPool());
            AplBackward(op, x.data(), a.data(), b.data(), dy.data(), dx.data(),
                        da.data(), db.data(), work.data(), ThreadPool());
          }
          const size_t all = static_cast<size_t>(parameters);
          std::vector<double> moment(all), count(all), size(all), weight(all);
          std::vector<double> total(static_cast<size_t>(l.channels)),
              most(total);
          for (int64_t i = 0; i < n; ++i) {
            const int64_t c = ChannelOf(l, i);
            // The sum as the loops round it: which side of a hinge it is on.
            const double shift = biased ? bias.At(c) : 0;
            const double v = dtype == DType::kFloat64
                                 ? x.At(i) + shift
                                 : static_cast<float>(x.At(i) + shift);
            const double g = dy.At(i);
            double value = std::max(0.0, v), slope = v > 0 ? 1 : 0;
            double scale = std::abs(v), steep = 1;
            for (int64_t s = 0; s < segments; ++s) {
              const int64_t k = s * l.channels + c;
              const double d = b.At(k) - v;
              steep += std::abs(a.At(k));
              scale += std::abs(a.At(k)) * (std::abs(b.At(k)) + std::abs(v));
              weight[static_cast<size_t>(k)] += std::abs(g);
              if (d <= 0) continue;
              value += a.At(k) * d;
              slope -= a.At(k);
              moment[static_cast<size_t>(k)] += g * d;
              count[static_cast<size_t>(k)] += g;
              size[static_cast<size_t>(k)] +=
                  std::abs(g) * (std::abs(v) + std::abs(b.At(k)));
            }
            Near("y", y, i, value, scale, 4, l);
            Near("dx", dx, i, g * slope, std::abs(g) * steep, 4, l);
            total[static_cast<size_t>(c)] += g * slope;
            most[static_cast<size_t>(c)] += std::abs(g) * steep;
          }
          for (int64_t c = 0; biased && c < l.channels; ++c)
            Near("dbias", dbias, c, total[static_cast<size_t>(c)],
                 most[static_cast<size_t>(c)], kSumUlps, l);
          for (int64_t k = 0; k < parameters; ++k) {
            const size_t at = static_cast<size_t>(k);
            Near("da", da, k, moment[at], size[at], kSumUlps, l);
            Near("db", db, k, a.At(k) * count[at],
                 std::abs(a.At(k)) * weight[at], kSumUlps, l);
          }
          Check(y.GuardsIntact() && dx.GuardsIntact() && da.GuardsIntact() &&
                    db.GuardsIntact() && dbias.GuardsIntact(),
                "apl wrote outside its tensors");
        });
      }
    }
  }
}

TEST(apl_against_reference) { CheckApl(false); }
TEST(apl_with_bias_against_reference) { CheckApl(true); }

TEST(parameter_gradients_repeat_bit_for_bit_on_any_number_of_threads) {
  const int before = ThreadPoolSize();
  for (const ChannelLayout& l : {ChannelLayout{20000, 64, 1},
                                 {300, 5000, 1},
                                 {40, 33, 1000},
                                 {3, 2, 400001},
                                 {70000, 10, 1}}) {
    for (const DType dtype : {DType::kFloat32, DType::kBFloat16}) {
      const int64_t n = CountOf(l);
      BiasActivation bias_op;
      bias_op.activation = IdOf("gelu");
      bias_op.dtype = dtype;
      bias_op.layout = l;
      const PRelu prelu{dtype, l};
      const Apl apl{dtype, l, 5};
      Tensor x(dtype, n), dy(dtype, n), dx(dtype, n), vector(dtype, l.channels),
          a(dtype, 5 * l.channels), b(dtype, 5 * l.channels);
      std::vector<double> wave(static_cast<size_t>(n));
      for (int64_t i = 0; i < n; ++i)
        wave[static_cast<size_t>(i)] =
            2 * std::sin(0.7 * static_cast<double>(i));
      x.Fill(wave);
      for (double& v : wave) v = std::cos(3.1 * v);
      dy.Fill(wave);
      vector.FillRandom(3, 1);
      a.FillRandom(4, 1);
      b.FillRandom(5, 1);
      std::vector<Tensor> first;
      for (const int threads : {1, 1, 2, 3, 4, 5, 6, 7, 8}) {
        SetThreadPoolSize(threads);
        std::vector<Tensor> sums{
            Tensor(dtype, l.channels), Tensor(dtype, l.channels),
            Tensor(dtype, 5 * l.channels), Tensor(dtype, 5 * l.channels)};
        Workspace w1(BiasActivationBackwardWorkspace(bias_op)),
            w2(PReluBackwardWorkspace(prelu)), w3(AplBackwardWorkspace(apl));
        BiasActivationBackward(bias_op, BackwardSource::kFromInput, x.data(),
                               vector.data(), nullptr, dy.data(), dx.data(),
                               sums[0].data(), w1.data(), ThreadPool());
        PReluBackward(prelu, x.data(), vector.data(), dy.data(), dx.data(),
                      sums[1].data(), w2.data(), ThreadPool());
        AplBackward(apl, x.data(), a.data(), b.data(), dy.data(), dx.data(),
                    sums[2].data(), sums[3].data(), w3.data(), ThreadPool());
        sums.push_back(dx);
        if (l.inner == 1) {
          std::vector<Tensor> biased{
              Tensor(dtype, l.channels), Tensor(dtype, 5 * l.channels),
              Tensor(dtype, 5 * l.channels), Tensor(dtype, n)};
          Workspace w4(BiasedAplBackwardWorkspace(apl));
          BiasedAplBackward(apl, x.data(), vector.data(), a.data(), b.data(),
                            dy.data(), biased[3].data(), biased[0].data(),
                            biased[1].data(), biased[2].data(), w4.data(),
                            ThreadPool());
          sums.insert(sums.end(), biased.begin(), biased.end());
        }
        if (first.empty()) {
          first = sums;
          continue;
        }
        for (size_t i = 0; i < sums.size(); ++i)
          Check(sums[i].SameBits(first[i]),
                "gradient %d of [%d, %d, %d] %s differs on %d threads",
                static_cast<int>(i), static_cast<int>(l.outer),
                static_cast<int>(l.channels), static_cast<int>(l.inner),
                NameOf(dtype), threads);
      }
    }
  }
  SetThreadPoolSize(before);
}

TEST(apl_streaming_changes_no_bit) {
  // Beyond the size from which stores pass the caches: rows that vectors start
  // with, short and long, rows that they do not, spans; at aligned and other
  // addresses.
  for (const ChannelLayout& l : {ChannelLayout{70001, 64, 1},
                                 {31001, 144, 1},
                                 {1021, 4224, 1},
                                 {33001, 130, 1},
                                 {700001, 6, 1},
                                 {3, 7, 210001}}) {
    const int64_t n = CountOf(l);
    const Apl op{DType::kFloat32, l, 5};
    Tensor a(op.dtype, 5 * l.channels), b(op.dtype, 5 * l.channels);
    a.FillRandom(4, 1);
    b.FillRandom(5, 1);
    std::vector<double> wave(static_cast<size_t>(n));
    for (int64_t i = 0; i < n; ++i)
      wave[static_cast<size_t>(i)] = 2 * std::sin(0.7 * static_cast<double>(i));
    for (const int64_t offset : {0, 1}) {
      Tensor x(op.dtype, n), dy(op.dtype, n), y(op.dtype, n, offset),
          plain(op.dtype, n), da(op.dtype, 5 * l.channels), db(da),
          plain_da(da), plain_db(da);
      x.Fill(wave);
      dy.Fill(wave);
      ForEachIsa([&](const char*) {
        const auto same = [&](const char* what) {
          Check(y.SameBits(plain) && y.GuardsIntact(),
                "%s of [%d, %d, %d] at %d on %s: streamed and plain differ",
                what, static_cast<int>(l.outer), static_cast<int>(l.channels),
                static_cast<int>(l.inner), static_cast<int>(offset), IsaName());
        };
        // In place: plain stores.
        std::memcpy(plain.data(), x.data(), static_cast<size_t>(x.bytes()));
        AplForward(op, plain.data(), a.data(), b.data(), plain.data(),
                   ThreadPool());
        AplForward(op, x.data(), a.data(), b.data(), y.data(), ThreadPool());
        same("forward");
        Workspace work(AplBackwardWorkspace(op));
        std::memcpy(plain.data(), dy.data(), static_cast<size_t>(dy.bytes()));
        AplBackward(op, x.data(), a.data(), b.data(), plain.data(),
                    plain.data(), plain_da.data(), plain_db.data(), work.data(),
                    ThreadPool());
        AplBackward(op, x.data(), a.data(), b.data(), dy.data(), y.data(),
                    da.data(), db.data(), work.data(), ThreadPool());
        same("backward");
        // Of a span the aligned part alone is summed in vectors.
        if (l.inner == 1)
          Check(da.SameBits(plain_da) && db.SameBits(plain_db),
                "da, db of %d channels at %d on %s: streamed and plain differ",
                static_cast<int>(l.channels), static_cast<int>(offset),
                IsaName());
      });
    }
  }
}

TEST(apl_with_bias_is_apl_of_the_sum_bit_for_bit) {
  for (const ChannelLayout& l :
       {ChannelLayout{7001, 64, 1}, {31001, 144, 1}, {41, 10, 1}, {5, 3, 1}}) {
    const int64_t n = CountOf(l);
    const Apl op{DType::kFloat32, l, 5};
    Tensor a(op.dtype, 5 * l.channels), b(op.dtype, 5 * l.channels),
        bias(op.dtype, l.channels), x(op.dtype, n), sum(op.dtype, n),
        dy(op.dtype, n);
    a.FillRandom(4, 1);
    b.FillRandom(5, 1);
    bias.FillRandom(6, 1);
    x.FillRandom(7, 1);
    dy.FillRandom(8, 1);
    for (int64_t i = 0; i < n; ++i)
      sum.Set(i, static_cast<float>(x.At(i) + bias.At(ChannelOf(l, i))));
    ForEachIsa([&](const char*) {
      Tensor y(op.dtype, n), fused(op.dtype, n), dx(op.dtype, n),
          fused_dx(op.dtype, n), da(op.dtype, 5 * l.channels), fused_da(da),
          db(da), fused_db(da), dbias(op.dtype, l.channels);
      AplForward(op, sum.data(), a.data(), b.data(), y.data(), ThreadPool());
      BiasedAplForward(op, x.data(), bias.data(), a.data(), b.data(),
                       fused.data(), ThreadPool());
      Workspace work(BiasedAplBackwardWorkspace(op));
      AplBackward(op, sum.data(), a.data(), b.data(), dy.data(), dx.data(),
                  da.data(), db.data(), work.data(), ThreadPool());
      BiasedAplBackward(op, x.data(), bias.data(), a.data(), b.data(),
                        dy.data(), fused_dx.data(), dbias.data(),
                        fused_da.data(), fused_db.data(), work.data(),
                        ThreadPool());
      Check(y.SameBits(fused) && dx.SameBits(fused_dx) &&
                da.SameBits(fused_da) && db.SameBits(fused_db),
            "[%d, %d] on %s: with the bias inside and before it differ",
            static_cast<int>(l.outer), static_cast<int>(l.channels), IsaName());
    });
  }
}

TEST(bad_channel_arguments_are_named) {
  float x[12] = {}, y[12], p[4] = {};
  const PRelu op{DType::kFloat32, {3, 4, 1}};
  double work[64];
  CheckThrows([&] { PReluForward(op, x, nullptr, y, SerialExecution()); },
              "slope: expected 16 bytes");
  CheckThrows([&] { PReluForward(op, x, y + 2, y, SerialExecution()); },
              "y: expected memory apart from slope");
  CheckThrows(
      [&] { PReluBackward(op, x, p, x, y, p, work, SerialExecution()); },
      "dslope: expected memory apart from slope");
  CheckThrows(
      [&] {
        PReluForward({DType::kFloat32, {3, -4, 1}}, x, p, y, SerialExecution());
      },
      "channels: expected");
  CheckThrows(
      [&] {
        AplForward(
            {DType::kFloat32, {int64_t{1} << 40, int64_t{1} << 40, 1}, 1}, x, p,
            p, y, SerialExecution());
      },
      "outer x channels x inner");
  CheckThrows(
      [&] {
        AplForward({DType::kFloat32, {3, 4, 1}, -1}, x, p, p, y,
                   SerialExecution());
      },
      "segments");
  const Apl apl{DType::kFloat32, {3, 4, 1}, 1};
  CheckThrows(
      [&] { BiasedAplForward(apl, x, nullptr, p, p, y, SerialExecution()); },
      "bias: expected 16 bytes");
  CheckThrows(
      [&] {
        BiasedAplForward({DType::kFloat32, {1, 4, 3}, 1}, x, p, p, p, y,
                         SerialExecution());
      },
      "bias: expected channels in the last dimension");
  float q[4];
  CheckThrows(
      [&] {
        BiasedAplBackward(apl, x, p, p, p, x, y, p, q, q, work,
                          SerialExecution());
      },
      "da: expected memory apart from db");
}

}  // namespace cuda_activations::tests
