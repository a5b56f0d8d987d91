// Nanoseconds an element and GB/s of the kernels beside copy and relu:
//   cuda_activations_bench [names...] [--count=N] [--dtype=NAME] [--repeats=N]
//     [--threads=N] [--isa=NAME] [--width=N] [--json=FILE]
// Row-wise functions take rows of --width elements. All arms alternate within
// each round; the table gives minimum and median over the rounds, and the ratio
// of the minimum to relu's in the same direction.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>

#include "samples.h"

namespace cuda_activations::tests {

namespace {

struct Arm {
  std::string op, direction;
  double bytes_per_element;
  std::function<void()> run;
  std::vector<double> nanoseconds;
};

/// Memory of whole pages, touched before use.
struct Pages {
  explicit Pages(int64_t bytes) {
    const size_t size = (static_cast<size_t>(bytes) + 8191) / 4096 * 4096;
    data = static_cast<char*>(std::aligned_alloc(4096, size));
    if (data == nullptr) throw std::bad_alloc();
    std::memset(data, 0, size);
  }
  ~Pages() { std::free(data); }
  Pages(const Pages&) = delete;
  char* data;
};

struct Options {
  std::vector<std::string> names;
  std::string json;
  int64_t count = int64_t{1} << 24;
  int repeats = 15;
  DType dtype = DType::kFloat32;
  int threads = 1;
  int64_t width = 1024;

  Options(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
      const std::string text = argv[i];
      auto value = [&](const char* key) {
        return text.rfind(key, 0) == 0 ? text.substr(std::strlen(key))
                                       : std::string();
      };
      if (!value("--count=").empty()) {
        count = std::atoll(value("--count=").c_str());
      } else if (!value("--repeats=").empty()) {
        repeats = std::max(1, std::atoi(value("--repeats=").c_str()));
      } else if (!value("--threads=").empty()) {
        threads = std::atoi(value("--threads=").c_str());
      } else if (!value("--width=").empty()) {
        width = std::max(1, std::atoi(value("--width=").c_str()));
      } else if (!value("--isa=").empty()) {
        SelectIsa(value("--isa=").c_str());
      } else if (!value("--json=").empty()) {
        json = value("--json=");
      } else if (!value("--dtype=").empty()) {
        bool found = false;
        for (int d = 0; d < kDTypeCount; ++d) {
          if (value("--dtype=") != NameOf(static_cast<DType>(d))) continue;
          dtype = static_cast<DType>(d);
          found = true;
        }
        if (!found) throw std::invalid_argument("--dtype: " + text);
      } else if (text.rfind("--", 0) == 0) {
        throw std::invalid_argument(
            "options: --count --dtype --repeats --threads --isa --width "
            "--json; "
            "got " +
            text);
      } else {
        names.push_back(text);
      }
    }
  }
  bool Wants(const std::string& name) const {
    return names.empty() ||
           std::find(names.begin(), names.end(), name) != names.end();
  }
};

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        size_(static_cast<int64_t>(ElementSize(options.dtype))),
        x_(options.count * size_),
        dy_(options.count * size_),
        y_(options.count * size_),
        a_(5 * kChannels * size_),
        b_(5 * kChannels * size_),
        da_(5 * kChannels * size_),
        db_(5 * kChannels * size_) {
    Fill(x_, options.count, 2);
    Fill(dy_, options.count, 1);
    Fill(a_, 5 * kChannels, 0.5);
    Fill(b_, 5 * kChannels, 1);
    SetThreadPoolSize(options.threads);
    AddArms();
  }

  void Run() {
    for (int round = 0; round < options_.repeats; ++round) {
      for (Arm& arm : arms_) {
        // Small counts repeat until the clock resolves them.
        const int inner = static_cast<int>(
            std::max<int64_t>(1, (int64_t{1} << 21) / options_.count));
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < inner; ++i) arm.run();
        const std::chrono::duration<double, std::nano> time =
            std::chrono::steady_clock::now() - start;
        arm.nanoseconds.push_back(time.count() / inner /
                                  static_cast<double>(options_.count));
      }
    }
    Print();
  }

 private:
  static constexpr int64_t kChannels = 64;

  void Fill(Pages& pages, int64_t count, double spread) {
    std::mt19937 random(5);
    std::normal_distribution<float> normal(0, static_cast<float>(spread));
    Tensor pattern(options_.dtype, std::min<int64_t>(count, 1 << 16));
    for (int64_t i = 0; i < pattern.count(); ++i)
      pattern.Set(i, normal(random));
    for (int64_t i = 0; i < count; i += pattern.count()) {
      const int64_t n = std::min(pattern.count(), count - i);
      std::memcpy(pages.data + i * size_, pattern.data(),
                  static_cast<size_t>(n * size_));
    }
  }

  void Add(const std::string& op, const std::string& direction, int tensors,
           std::function<void()> run) {
    arms_.push_back({op,
                     direction,
                     static_cast<double>(tensors * size_),
                     std::move(run),
                     {}});
  }

  void AddArms() {
    const int64_t n = options_.count;
    Add("copy", "forward", 2, [this, n] {
      std::memcpy(y_.data, x_.data, static_cast<size_t>(n * size_));
    });
    int count = 0;
    const PointwiseInfo* const table = PointwiseTable(&count);
    for (int k = 0; k < count; ++k) {
      if (table[k].names[0] != std::string("relu") &&
          !options_.Wants(table[k].names[0]))
        continue;
      Pointwise op;
      op.activation = table[k].id;
      op.parameters = DefaultParameters(table[k].id);
      op.dtype = options_.dtype;
      op.count = n;
      Add(table[k].names[0], "forward", 2,
          [this, op] { PointwiseForward(op, x_.data, y_.data, ThreadPool()); });
      Add(table[k].names[0], "backward", 3, [this, op] {
        PointwiseBackward(op, x_.data, dy_.data, y_.data, ThreadPool());
      });
    }
    const RowwiseInfo* const functions = RowwiseTable(&count);
    for (int k = 0; k < count; ++k) {
      if (!options_.Wants(functions[k].names[0])) continue;
      const Rowwise op{functions[k].id, options_.dtype, n / options_.width,
                       options_.width};
      Add(functions[k].names[0], "forward", 2,
          [this, op] { RowwiseForward(op, x_.data, y_.data, ThreadPool()); });
      Add(functions[k].names[0], "backward", 3, [this, op] {
        RowwiseBackward(op, x_.data, dy_.data, y_.data, ThreadPool());
      });
    }
    const ChannelLayout layout{n / kChannels, kChannels, 1};
    if (options_.Wants("apl")) {
      const Apl op{options_.dtype, layout, 5};
      work_.resize(static_cast<size_t>(AplBackwardWorkspace(op) / 8 + 1));
      Add("apl", "forward", 2, [this, op] {
        AplForward(op, x_.data, a_.data, b_.data, y_.data, ThreadPool());
      });
      Add("apl", "backward", 3, [this, op] {
        AplBackward(op, x_.data, a_.data, b_.data, dy_.data, y_.data, da_.data,
                    db_.data, work_.data(), ThreadPool());
      });
    }
    if (options_.Wants("prelu")) {
      const PRelu op{options_.dtype, layout};
      prelu_work_.resize(
          static_cast<size_t>(PReluBackwardWorkspace(op) / 8 + 1));
      Add("prelu", "forward", 2, [this, op] {
        PReluForward(op, x_.data, a_.data, y_.data, ThreadPool());
      });
      Add("prelu", "backward", 3, [this, op] {
        PReluBackward(op, x_.data, a_.data, dy_.data, y_.data, da_.data,
                      prelu_work_.data(), ThreadPool());
      });
    }
    if (options_.Wants("bias_gelu")) {
      BiasActivation op;
      FindPointwise("gelu", &op.activation);
      op.dtype = options_.dtype;
      op.layout = layout;
      bias_work_.resize(
          static_cast<size_t>(BiasActivationBackwardWorkspace(op) / 8 + 1));
      Add("bias_gelu", "forward", 2, [this, op] {
        BiasActivationForward(op, x_.data, a_.data, nullptr, y_.data, nullptr,
                              ThreadPool());
      });
      Add("bias_gelu", "backward", 3, [this, op] {
        BiasActivationBackward(op, BackwardSource::kFromInput, x_.data, a_.data,
                               nullptr, dy_.data, y_.data, da_.data,
                               bias_work_.data(), ThreadPool());
      });
      BiasActivation dropped = op;
      dropped.dropout = {0.1, 1, 2};
      Add("bias_gelu_dropout", "forward", 2, [this, dropped] {
        BiasActivationForward(dropped, x_.data, a_.data, nullptr, y_.data,
                              nullptr, ThreadPool());
      });
    }
    if (options_.Wants("swiglu")) {
      Gated op;
      FindGated("swiglu", &op.activation);
      op.dtype = options_.dtype;
      op.rows = 1;
      op.width = op.stride = n;
      Add("swiglu", "forward", 3, [this, op] {
        GatedForward(op, x_.data, dy_.data, y_.data, ThreadPool());
      });
    }
  }

  void Print() {
    std::printf("%s, %lld elements of %s, %d thread(s)\n", IsaName(),
                static_cast<long long>(options_.count), NameOf(options_.dtype),
                options_.threads);
    std::printf("%-18s %-9s %8s %8s %8s %7s\n", "op", "direction", "min ns",
                "median", "GB/s", "/relu");
    double relu[2] = {1, 1};
    std::string rows;
    for (Arm& arm : arms_) {
      std::sort(arm.nanoseconds.begin(), arm.nanoseconds.end());
      const double least = arm.nanoseconds.front();
      const double median = arm.nanoseconds[arm.nanoseconds.size() / 2];
      double& base = relu[arm.direction == "backward"];
      if (arm.op == "relu") base = least;
      std::printf("%-18s %-9s %8.3f %8.3f %8.1f %7.2f\n", arm.op.c_str(),
                  arm.direction.c_str(), least, median,
                  arm.bytes_per_element / least, least / base);
      char row[256];
      std::snprintf(row, sizeof row,
                    "%s\n    {\"op\": \"%s\", \"direction\": \"%s\", "
                    "\"nsPerElement\": %.4f, \"nsPerElementMedian\": %.4f, "
                    "\"gbPerSecond\": %.2f}",
                    rows.empty() ? "" : ",", arm.op.c_str(),
                    arm.direction.c_str(), least, median,
                    arm.bytes_per_element / least);
      rows += row;
    }
    if (options_.json.empty()) return;
    std::ofstream(options_.json)
        << "{\n  \"isa\": \"" << IsaName() << "\",\n  \"dtype\": \""
        << NameOf(options_.dtype) << "\",\n  \"size\": " << options_.count
        << ",\n  \"threads\": " << options_.threads << ",\n  \"rows\": ["
        << rows << "\n  ]\n}\n";
  }

  const Options& options_;
  const int64_t size_;
  Pages x_, dy_, y_, a_, b_, da_, db_;
  std::vector<double> work_, prelu_work_, bias_work_;
  std::vector<Arm> arms_;
};

}  // namespace

}  // namespace cuda_activations::tests

int main(int count, char** arguments) {
  try {
    const cuda_activations::tests::Options options(count, arguments);
    cuda_activations::tests::Bench(options).Run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
