// Sweeps float32 inputs through the kernels and reports the largest error in
// ULP against the double reference:
//   cuda_activations_exhaustive [names...] [--isa=NAME] [--step=N]
//     [--directions=forward,backward,fromOutput] [--json=FILE]
// --step=1 (default) takes every one of the 2^32 patterns. Exit status 1 where
// an error exceeds the bound stated in activations.json.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>

#include "reference.h"
#include "samples.h"

namespace cuda_activations::tests {

namespace {

struct Worst {
  double ulp = 0;
  float x = 0;
  float got = 0;
  double exact = 0;
};

enum class Direction { kForward, kBackward, kFromOutput };
constexpr const char* kDirections[] = {"forward", "backward", "fromOutput"};

/// Values that the output can take: those of the from-output sweep.
struct Range {
  double low, high;
  bool Has(double y) const { return y >= low && y <= high; }
};

Range RangeOf(const Reference& reference, const double* p) {
  const double low = reference.value(-1e30, p), high = reference.value(1e30, p);
  const double bend = reference.value(-1.0, p);
  return {std::min({low, high, bend}), std::max(low, high)};
}

void Sweep(PointwiseId id, Direction direction, uint64_t first, uint64_t last,
           uint64_t step, Worst* worst) {
  constexpr int64_t block = 4096;
  const Reference& reference = ReferenceOf(id);
  Pointwise op;
  op.activation = id;
  op.parameters = DefaultParameters(id);
  const double* const p = op.parameters.value;
  std::vector<float> x(block), y(block), ones(block, 1.0f);
  const bool forward = direction == Direction::kForward;
  const bool from_output = direction == Direction::kFromOutput;
  const Function exact_of = forward       ? reference.value
                            : from_output ? reference.from_output
                                          : reference.derivative;
  const Function scale_of = forward       ? nullptr
                            : from_output ? reference.from_output_scale
                                          : reference.derivative_scale;
  const Range reachable = RangeOf(reference, p);
  for (uint64_t bits = first; bits < last;) {
    int64_t n = 0;
    for (; n < block && bits < last; bits += step) {
      const float value = FloatOf(static_cast<uint32_t>(bits));
      if (from_output && !reachable.Has(value)) continue;
      x[static_cast<size_t>(n++)] = value;
    }
    op.count = n;
    if (forward) {
      PointwiseForward(op, x.data(), y.data(), SerialExecution());
    } else if (from_output) {
      PointwiseBackwardFromOutput(op, x.data(), ones.data(), y.data(),
                                  SerialExecution());
    } else {
      PointwiseBackward(op, x.data(), ones.data(), y.data(), SerialExecution());
    }
    for (int64_t i = 0; i < n; ++i) {
      const float in = x[static_cast<size_t>(i)];
      const float got = y[static_cast<size_t>(i)];
      // The limit stands for the value at infinity.
      const double at = std::isinf(in) ? std::copysign(1e300, in) : in;
      if (std::isnan(in)) {
        if (forward && !std::isnan(got)) *worst = {INFINITY, in, got, NAN};
        continue;
      }
      const double exact = exact_of(at, p);
      double ulp = UlpError(got, exact, exact);
      // A scale is no smaller than the value, so most need none.
      if (ulp > worst->ulp && scale_of != nullptr)
        ulp = UlpError(got, exact, scale_of(at, p));
      if (ulp > worst->ulp) *worst = {ulp, in, got, exact};
    }
  }
}

Worst SweepAll(PointwiseId id, Direction direction, uint64_t step) {
  const int threads = ThreadPoolSize();
  constexpr uint64_t all = uint64_t{1} << 32, part = uint64_t{1} << 22;
  std::atomic<uint64_t> next{0};
  std::vector<Worst> worst(static_cast<size_t>(threads));
  std::vector<std::thread> workers;
  for (Worst& mine : worst) {
    workers.emplace_back([&] {
      for (;;) {
        const uint64_t first = next.fetch_add(part);
        if (first >= all) return;
        // Each part starts on the grid of the step.
        Sweep(id, direction, (first + step - 1) / step * step, first + part,
              step, &mine);
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  return *std::max_element(
      worst.begin(), worst.end(),
      [](const Worst& a, const Worst& b) { return a.ulp < b.ulp; });
}

/// Name of the processor; a cloud's ("AMD EPYC") says little without its
/// family and model.
std::string Hardware() {
  std::map<std::string, std::string> fields;
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line) && !line.empty();) {
    const size_t colon = line.find(':');
    if (colon != std::string::npos && colon + 2 < line.size())
      fields[line.substr(0, line.find_last_not_of("\t :", colon) + 1)] =
          line.substr(colon + 2);
  }
  if (fields.count("model name") == 0) return "unknown";
  const bool told = fields.count("cpu family") + fields.count("model") == 2;
  return fields["model name"] + (told ? " (family " + fields["cpu family"] +
                                            ", model " + fields["model"] + ")"
                                      : "");
}

std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
    parts.push_back(part);
  return parts;
}

struct Options {
  std::vector<std::string> names;
  std::vector<std::string> directions{"forward", "backward", "fromOutput"};
  std::string json;
  uint64_t step = 1;

  Options(int count, char** arguments) {
    for (int i = 1; i < count; ++i) {
      const std::string text = arguments[i];
      auto value = [&](const char* key) {
        return text.substr(std::strlen(key));
      };
      if (text.rfind("--isa=", 0) == 0) {
        SelectIsa(value("--isa=").c_str());
      } else if (text.rfind("--step=", 0) == 0) {
        step = std::strtoull(value("--step=").c_str(), nullptr, 10);
        if (step == 0)
          throw std::invalid_argument("--step: expected 1 or more");
      } else if (text.rfind("--directions=", 0) == 0) {
        directions = Split(value("--directions="));
      } else if (text.rfind("--json=", 0) == 0) {
        json = value("--json=");
      } else if (text.rfind("--", 0) == 0) {
        throw std::invalid_argument(
            "options: --isa --step --directions --json; got " + text);
      } else {
        PointwiseId id;
        if (!FindPointwise(text, &id))
          throw std::invalid_argument("activation: expected one of " +
                                      PointwiseNames() + ", got " + text);
        names.push_back(Info(id).names[0]);
      }
    }
  }
};

int Run(const Options& options) {
  int count = 0;
  const PointwiseInfo* const table = PointwiseTable(&count);
  bool within = true;
  std::ostringstream rows;
  std::printf("%-15s %-10s %8s %8s  at\n", IsaName(), "", "max ULP", "stated");
  for (int k = 0; k < count; ++k) {
    const PointwiseInfo& info = table[k];
    if (!options.names.empty() &&
        std::find(options.names.begin(), options.names.end(), info.names[0]) ==
            options.names.end())
      continue;
    const double bounds[] = {info.ulp.forward, info.ulp.backward,
                             info.ulp.from_output};
    for (int d = 0; d < 3; ++d) {
      if (bounds[d] < 0 ||
          std::find(options.directions.begin(), options.directions.end(),
                    kDirections[d]) == options.directions.end())
        continue;
      const Worst worst =
          SweepAll(info.id, static_cast<Direction>(d), options.step);
      within &= worst.ulp <= bounds[d];
      std::printf("%-15s %-10s %8.3f %8.3g  x = %.9g: %.9g, exact %.17g%s\n",
                  info.names[0], kDirections[d], worst.ulp, bounds[d], worst.x,
                  worst.got, worst.exact,
                  worst.ulp <= bounds[d] ? "" : "  <--");
      std::fflush(stdout);
      rows << (rows.tellp() > 0 ? ",\n    " : "\n    ") << "{\"name\": \""
           << info.names[0] << "\", \"direction\": \"" << kDirections[d]
           << "\", \"maxUlp\": " << worst.ulp << ", \"stated\": " << bounds[d]
           << ", \"at\": " << std::hexfloat << "\"" << worst.x << "\""
           << std::defaultfloat << "}";
    }
  }
  if (!options.json.empty()) {
    std::ofstream(options.json)
        << "{\n  \"hardware\": \"" << Hardware() << "\",\n  \"isa\": \""
        << IsaName() << "\",\n  \"step\": " << options.step
        << ",\n  \"rows\": [" << rows.str() << "\n  ]\n}\n";
  }
  return within ? 0 : 1;
}

}  // namespace

}  // namespace cuda_activations::tests

int main(int count, char** arguments) {
  try {
    return cuda_activations::tests::Run(
        cuda_activations::tests::Options(count, arguments));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
