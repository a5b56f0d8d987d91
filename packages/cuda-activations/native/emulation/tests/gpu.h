// A GPU (or the emulated one) as the tests use it: through the driver alone,
// the same way for both.
#ifndef CUDA_ACTIVATIONS_EMULATION_TESTS_GPU_H_
#define CUDA_ACTIVATIONS_EMULATION_TESTS_GPU_H_

#include <cstring>
#include <stdexcept>
#include <vector>

#include "../../cuda/launch/kernels.h"
#include "../../tests/harness.h"
#include "../../tests/samples.h"

namespace cuda_activations::tests {

/// Throws where a launch or a driver call fails.
inline void Require(const cuda::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.message());
}

/// A context and a stream of one GPU.
class Gpu {
 public:
  explicit Gpu(int device = 0) : device_(device) {
    Require(cuda::Driver::Get(&driver_));
    cuda::Context context;
    Do(driver_->cuDevicePrimaryCtxRetain(&context, device), "retain");
    Do(driver_->cuCtxPushCurrent_v2(context), "push");
    Do(driver_->cuStreamCreate(&stream_.handle, 1), "stream");
    context_ = context;
    // Nothing is current from here on: launches find the context themselves.
    driver_->cuCtxPopCurrent_v2(&context);
  }
  ~Gpu() {
    driver_->cuStreamDestroy_v2(stream_.handle);
    driver_->cuDevicePrimaryCtxRelease_v2(device_);
  }
  Gpu(const Gpu&) = delete;
  Gpu& operator=(const Gpu&) = delete;

  const cuda::Stream& stream() const { return stream_; }
  const cuda::Driver& driver() const { return *driver_; }
  void Do(cuda::Result result, const char* what) const {
    Require(driver_->Check(result, what));
  }
  void Wait() const {
    Do(driver_->cuStreamSynchronize(stream_.handle), "wait");
  }

  /// The context while the object lives.
  class Current {
   public:
    explicit Current(const Gpu& gpu) : gpu_(gpu) {
      gpu.Do(gpu.driver_->cuCtxPushCurrent_v2(gpu.context_), "push");
    }
    ~Current() {
      cuda::Context popped;
      gpu_.driver_->cuCtxPopCurrent_v2(&popped);
    }

   private:
    const Gpu& gpu_;
  };

 private:
  const int device_;
  const cuda::Driver* driver_ = nullptr;
  cuda::Context context_ = nullptr;
  cuda::Stream stream_;
};

inline Gpu& TheGpu() {
  static Gpu gpu;
  return gpu;
}

/// Memory of the GPU between two guards, `offset` bytes past an aligned place.
class DeviceMemory {
 public:
  DeviceMemory(Gpu& gpu, int64_t bytes, int64_t offset = 0)
      : gpu_(gpu), bytes_(bytes), begin_(kGuard + offset) {
    const Gpu::Current current(gpu);
    gpu.Do(gpu.driver().cuMemAlloc_v2(&base_, Total()), "allocate");
    gpu.Do(gpu.driver().cuMemsetD8Async(base_, kGuardByte, Total(),
                                        gpu.stream().handle),
           "fill");
  }
  ~DeviceMemory() {
    const Gpu::Current current(gpu_);
    gpu_.driver().cuStreamSynchronize(gpu_.stream().handle);
    gpu_.driver().cuMemFree_v2(base_);
  }
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

  void* data() const {
    return reinterpret_cast<void*>(base_ + static_cast<size_t>(begin_));
  }
  void Upload(const void* from) {
    const Gpu::Current current(gpu_);
    if (bytes_ == 0) return;
    gpu_.Do(gpu_.driver().cuMemcpyHtoDAsync_v2(
                base_ + static_cast<size_t>(begin_), from,
                static_cast<size_t>(bytes_), gpu_.stream().handle),
            "upload");
  }
  /// Waits for the stream, and checks that the guards are as they were.
  void Download(void* to) {
    const Gpu::Current current(gpu_);
    std::vector<unsigned char> all(Total());
    gpu_.Do(gpu_.driver().cuMemcpyDtoHAsync_v2(all.data(), base_, all.size(),
                                               gpu_.stream().handle),
            "download");
    gpu_.Wait();
    if (bytes_ > 0) {
      std::memcpy(to, all.data() + begin_, static_cast<size_t>(bytes_));
    }
    for (size_t i = 0; i < all.size(); ++i) {
      const bool inside = i >= static_cast<size_t>(begin_) &&
                          i < static_cast<size_t>(begin_ + bytes_);
      if (!inside && all[i] != kGuardByte) {
        Check(false, "byte %lld beside a tensor of %lld was written",
              static_cast<long long>(i) - begin_,
              static_cast<long long>(bytes_));
        return;
      }
    }
  }

 private:
  static constexpr int64_t kGuard = 256;
  static constexpr unsigned char kGuardByte = 0xa5;
  size_t Total() const { return static_cast<size_t>(bytes_ + begin_ + kGuard); }

  Gpu& gpu_;
  const int64_t bytes_, begin_;
  cuda::DevicePointer base_ = 0;
};

/// A tensor on both sides.
class DeviceTensor {
 public:
  DeviceTensor(DType dtype, int64_t count, int64_t offset = 0,
               Gpu& gpu = TheGpu())
      : host(dtype, count),
        memory_(gpu, host.bytes(),
                offset * static_cast<int64_t>(ElementSize(dtype))) {}
  void* Up() {
    memory_.Upload(host.data());
    return memory_.data();
  }
  void* data() { return memory_.data(); }
  void Down() { memory_.Download(host.data()); }

  Tensor host;

 private:
  DeviceMemory memory_;
};

constexpr DType kGpuTypes[] = {DType::kFloat32, DType::kFloat16,
                               DType::kBFloat16};

}  // namespace cuda_activations::tests

#endif  // CUDA_ACTIVATIONS_EMULATION_TESTS_GPU_H_
