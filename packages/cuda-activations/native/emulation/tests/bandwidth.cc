// Bandwidth of the kernels against the copy kernel on a GPU: rows of JSON, one
// for each kernel family's activations, type and direction.
//   cuda_bandwidth [ELEMENTS]
//   cuda_bandwidth --device    only names the GPU
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "gpu.h"

namespace cuda_activations::tests {
namespace {

/// Milliseconds of one launch: the median of 15, each of 5 launches.
template <class Call>
double Time(const Call& call) {
  Gpu& gpu = TheGpu();
  const Gpu::Current current(gpu);
  const cuda::Driver& driver = gpu.driver();
  void *begin, *end;
  gpu.Do(driver.cuEventCreate(&begin, 0), "event");
  gpu.Do(driver.cuEventCreate(&end, 0), "event");
  call();
  gpu.Wait();
  std::vector<double> times;
  for (int i = 0; i < 15; ++i) {
    gpu.Do(driver.cuEventRecord(begin, gpu.stream().handle), "record");
    for (int k = 0; k < 5; ++k) call();
    gpu.Do(driver.cuEventRecord(end, gpu.stream().handle), "record");
    gpu.Do(driver.cuEventSynchronize(end), "synchronise");
    float milliseconds = 0;
    gpu.Do(driver.cuEventElapsedTime(&milliseconds, begin, end), "elapsed");
    times.push_back(milliseconds / 5);
  }
  driver.cuEventDestroy_v2(begin);
  driver.cuEventDestroy_v2(end);
  std::nth_element(times.begin(), times.begin() + 7, times.end());
  return times[7];
}

/// The kernels of one type on tensors of one size.
class Bench {
 public:
  Bench(DType dtype, int64_t count)
      : dtype_(dtype),
        count_(count),
        x_(dtype, count),
        dy_(dtype, count),
        y_(dtype, count),
        z_(dtype, count),
        b_(dtype, count) {
    x_.host.FillRandom(1, 2.0);
    dy_.host.FillRandom(2, 1.0);
    b_.host.FillRandom(5, 2.0);
    x_.Up();
    dy_.Up();
    b_.Up();
  }

  void Measure() {
    Row("copy", "forward", 2, [&] {
      return cuda::Copy(dtype_, count_, x_.data(), y_.data(), stream_);
    });
    MeasurePointwise();
    MeasureBias();
    MeasureGated();
    MeasureRowwise();
    MeasurePRelu();
    MeasureApl();
  }

 private:
  static constexpr int64_t kChannels = 64, kWidth = 1024;
  ChannelLayout layout() const {
    return {std::max<int64_t>(count_ / kChannels, 1), kChannels, 1};
  }

  /// Prints a row; `call` moves `tensors` tensors. The first is the copy.
  template <class Call>
  void Row(const std::string& name, const char* direction, int tensors,
           const Call& call) {
    const double milliseconds = Time([&] { Require(call()); });
    const double bytes = static_cast<double>(tensors) * count_ *
                         static_cast<double>(ElementSize(dtype_));
    const double rate = bytes / milliseconds * 1e-6;
    if (copy_rate_ == 0) copy_rate_ = rate;
    std::printf(
        "{\"op\": \"%s\", \"dtype\": \"%s\", \"direction\": \"%s\", \"size\": "
        "%lld, \"gbPerSecond\": %.1f, \"ofCopy\": %.3f}\n",
        name.c_str(), NameOf(dtype_), direction, static_cast<long long>(count_),
        rate, rate / copy_rate_);
    std::fflush(stdout);
  }

  void MeasurePointwise() {
    int activations = 0;
    const PointwiseInfo* table = PointwiseTable(&activations);
    for (int i = 0; i < activations; ++i) {
      Pointwise op;
      op.activation = table[i].id;
      op.parameters = DefaultParameters(op.activation);
      op.dtype = dtype_;
      op.count = count_;
      Row(table[i].names[0], "forward", 2, [&] {
        return cuda::PointwiseForward(op, x_.data(), y_.data(), stream_);
      });
      Row(table[i].names[0], "backward", 3, [&] {
        return cuda::PointwiseBackward(op, x_.data(), dy_.data(), y_.data(),
                                       stream_);
      });
    }
  }

  void MeasureBias() {
    BiasActivation op;
    op.activation = PointwiseId::kGelu;
    op.parameters = DefaultParameters(op.activation);
    op.dtype = dtype_;
    op.layout = layout();
    DeviceTensor bias(dtype_, kChannels), dbias(dtype_, kChannels);
    bias.host.FillRandom(3, 0.5);
    bias.Up();
    DeviceMemory workspace(TheGpu(), cuda::BiasActivationBackwardWorkspace(op));
    Row("bias + gelu, 64 channels", "forward", 2, [&] {
      return cuda::BiasActivationForward(op, x_.data(), bias.data(), nullptr,
                                         y_.data(), nullptr, stream_);
    });
    Row("bias + gelu, 64 channels", "backward", 3, [&] {
      return cuda::BiasActivationBackward(
          op, BackwardSource::kFromInput, x_.data(), bias.data(), nullptr,
          dy_.data(), y_.data(), dbias.data(), workspace.data(), stream_);
    });
  }

  void MeasureGated() {
    int activations = 0;
    const GatedInfo* table = GatedTable(&activations);
    for (int i = 0; i < activations; ++i) {
      const Gated op{table[i].id, dtype_, 1, count_, count_};
      Row(table[i].names[0], "forward", 3, [&] {
        return cuda::GatedForward(op, x_.data(), b_.data(), y_.data(), stream_);
      });
      Row(table[i].names[0], "backward", 5, [&] {
        return cuda::GatedBackward(op, x_.data(), b_.data(), dy_.data(),
                                   y_.data(), z_.data(), stream_);
      });
    }
  }

  void MeasureRowwise() {
    const int64_t width = std::min(count_, kWidth);
    int activations = 0;
    const RowwiseInfo* table = RowwiseTable(&activations);
    for (int i = 0; i < activations; ++i) {
      const Rowwise op{table[i].id, dtype_, count_ / width, width};
      const std::string name =
          std::string(table[i].names[0]) + ", rows of " + std::to_string(width);
      Row(name, "forward", 2, [&] {
        return cuda::RowwiseForward(op, x_.data(), z_.data(), stream_);
      });
      Row(name, "backward", 3, [&] {
        return cuda::RowwiseBackward(op, z_.data(), dy_.data(), y_.data(),
                                     stream_);
      });
    }
  }

  void MeasurePRelu() {
    const PRelu op{dtype_, layout()};
    DeviceTensor slope(dtype_, kChannels), dslope(dtype_, kChannels);
    slope.host.FillRandom(3, 0.5);
    slope.Up();
    DeviceMemory workspace(TheGpu(), cuda::PReluBackwardWorkspace(op));
    Row("prelu, 64 channels", "forward", 2, [&] {
      return cuda::PReluForward(op, x_.data(), slope.data(), y_.data(),
                                stream_);
    });
    Row("prelu, 64 channels", "backward", 3, [&] {
      return cuda::PReluBackward(op, x_.data(), slope.data(), dy_.data(),
                                 y_.data(), dslope.data(), workspace.data(),
                                 stream_);
    });
  }

  void MeasureApl() {
    constexpr int64_t kSegments = 5;
    const Apl op{dtype_, layout(), kSegments};
    DeviceTensor a(dtype_, kSegments * kChannels),
        b(dtype_, kSegments * kChannels), da(dtype_, kSegments * kChannels),
        db(dtype_, kSegments * kChannels);
    a.host.FillRandom(3, 0.5);
    b.host.FillRandom(4, 0.5);
    a.Up();
    b.Up();
    DeviceMemory workspace(TheGpu(), cuda::AplBackwardWorkspace(op));
    Row("apl, S = 5, 64 channels", "forward", 2, [&] {
      return cuda::AplForward(op, x_.data(), a.data(), b.data(), y_.data(),
                              stream_);
    });
    Row("apl, S = 5, 64 channels", "backward", 3, [&] {
      return cuda::AplBackward(op, x_.data(), a.data(), b.data(), dy_.data(),
                               y_.data(), da.data(), db.data(),
                               workspace.data(), stream_);
    });
  }

  const DType dtype_;
  const int64_t count_;
  const cuda::Stream& stream_ = TheGpu().stream();
  double copy_rate_ = 0;
  DeviceTensor x_, dy_, y_, z_, b_;
};

/// Whole rows of channels and of row-wise functions.
int64_t ElementsOf(const char* text) {
  const long long count = std::atoll(text);
  if (count < 1024 || count % 1024 != 0) {
    throw std::invalid_argument(
        std::string("elements: expected a multiple of 1024, got ") + text);
  }
  return count;
}

void NameDevice() {
  const Gpu& gpu = TheGpu();
  const cuda::Driver& driver = gpu.driver();
  char name[256] = "";
  int major = 0, minor = 0, version = 0;
  gpu.Do(driver.cuDeviceGetName(name, sizeof name, 0), "name");
  gpu.Do(driver.cuDeviceGetAttribute(&major, cuda::kComputeCapabilityMajor, 0),
         "capability");
  gpu.Do(driver.cuDeviceGetAttribute(&minor, cuda::kComputeCapabilityMinor, 0),
         "capability");
  gpu.Do(driver.cuDriverGetVersion(&version), "version");
  std::printf("{\"name\": \"%s\", \"capability\": \"%d.%d\", \"cuda\": %d}\n",
              name, major, minor, version);
}

}  // namespace
}  // namespace cuda_activations::tests

int main(int count, char** arguments) {
  using namespace cuda_activations;
  using namespace cuda_activations::tests;
  try {
    if (count > 1 && std::strcmp(arguments[1], "--device") == 0) {
      NameDevice();
      return 0;
    }
    const int64_t elements =
        count > 1 ? ElementsOf(arguments[1]) : int64_t{1} << 26;
    for (const DType dtype : kGpuTypes) Bench(dtype, elements).Measure();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
