// Bandwidth of the kernels against the copy kernel on a GPU: rows of JSON, one
// for each activation, type and direction.
//   cuda_bandwidth [ELEMENTS]
//   cuda_bandwidth --device    only names the GPU
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

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

void Row(const char* name, DType dtype, const char* direction, int tensors,
         int64_t count, double milliseconds, double copy_rate) {
  const double bytes = static_cast<double>(tensors) * count *
                       static_cast<double>(ElementSize(dtype));
  const double rate = bytes / milliseconds * 1e-6;
  std::printf(
      "{\"op\": \"%s\", \"dtype\": \"%s\", \"direction\": \"%s\", \"size\": "
      "%lld, \"gbPerSecond\": %.1f, \"ofCopy\": %.3f}\n",
      name, NameOf(dtype), direction, static_cast<long long>(count), rate,
      copy_rate > 0 ? rate / copy_rate : 1.0);
  std::fflush(stdout);
}

void Measure(int64_t count) {
  const cuda::Stream& stream = TheGpu().stream();
  for (const DType dtype : kGpuTypes) {
    DeviceTensor x(dtype, count), dy(dtype, count), y(dtype, count);
    x.host.FillRandom(1, 2.0);
    dy.host.FillRandom(2, 1.0);
    x.Up();
    dy.Up();
    const double copy = Time(
        [&] { Require(cuda::Copy(dtype, count, x.data(), y.data(), stream)); });
    const double rate =
        2.0 * count * static_cast<double>(ElementSize(dtype)) / copy * 1e-6;
    Row("copy", dtype, "forward", 2, count, copy, 0);
    int activations = 0;
    const PointwiseInfo* table = PointwiseTable(&activations);
    for (int i = 0; i < activations; ++i) {
      Pointwise op;
      op.activation = table[i].id;
      op.parameters = DefaultParameters(op.activation);
      op.dtype = dtype;
      op.count = count;
      Row(table[i].names[0], dtype, "forward", 2, count, Time([&] {
            Require(PointwiseForward(op, x.data(), y.data(), stream));
          }),
          rate);
      Row(table[i].names[0], dtype, "backward", 3, count, Time([&] {
            Require(
                PointwiseBackward(op, x.data(), dy.data(), y.data(), stream));
          }),
          rate);
    }
    const int64_t channels = 64;
    const Apl op{dtype, {count / channels, channels, 1}, 5};
    DeviceTensor a(dtype, 5 * channels), b(dtype, 5 * channels),
        da(dtype, 5 * channels), db(dtype, 5 * channels);
    a.host.FillRandom(3, 0.5);
    b.host.FillRandom(4, 0.5);
    a.Up();
    b.Up();
    DeviceMemory workspace(TheGpu(), cuda::AplBackwardWorkspace(op));
    Row("apl, S = 5, 64 channels", dtype, "forward", 2, count, Time([&] {
          Require(cuda::AplForward(op, x.data(), a.data(), b.data(), y.data(),
                                   stream));
        }),
        rate);
    Row("apl, S = 5, 64 channels", dtype, "backward", 3, count, Time([&] {
          Require(cuda::AplBackward(op, x.data(), a.data(), b.data(), dy.data(),
                                    y.data(), da.data(), db.data(),
                                    workspace.data(), stream));
        }),
        rate);
  }
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
  try {
    if (count > 1 && std::strcmp(arguments[1], "--device") == 0) {
      cuda_activations::tests::NameDevice();
      return 0;
    }
    cuda_activations::tests::Measure(count > 1 ? std::atoll(arguments[1])
                                               : int64_t{1} << 26);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
