// The NVIDIA driver, opened when it is first asked for: the library builds and
// loads without it and without CUDA's headers.
#ifndef CUDA_ACTIVATIONS_CUDA_LAUNCH_DRIVER_H_
#define CUDA_ACTIVATIONS_CUDA_LAUNCH_DRIVER_H_

#include <cstddef>
#include <string>

#include "status.h"

namespace cuda_activations {
namespace cuda {

using Context = void*;
using Module = void*;
using Function = void*;
using StreamHandle = void*;
using Result = int;  ///< CUresult
using DevicePointer = unsigned long long;

/// Numbers of cuda.h.
constexpr Result kSuccess = 0;
constexpr Result kOutOfMemoryResult = 2;
constexpr Result kNoBinaryForGpu = 209;
constexpr Result kUnsupportedPtxVersion = 222;
constexpr int kComputeCapabilityMajor = 75;
constexpr int kComputeCapabilityMinor = 76;
constexpr int kMultiprocessorCount = 16;

/// name, parameters; every function returns a Result.
#define CA_DRIVER_FUNCTIONS(X)                                              \
  X(cuInit, unsigned)                                                       \
  X(cuDriverGetVersion, int*)                                               \
  X(cuDeviceGetCount, int*)                                                 \
  X(cuDeviceGetName, char*, int, int)                                       \
  X(cuDeviceGetAttribute, int*, int, int)                                   \
  X(cuDeviceGetPCIBusId, char*, int, int)                                   \
  X(cuDevicePrimaryCtxRetain, Context*, int)                                \
  X(cuDevicePrimaryCtxRelease_v2, int)                                      \
  X(cuCtxGetCurrent, Context*)                                              \
  X(cuCtxGetDevice, int*)                                                   \
  X(cuCtxPushCurrent_v2, Context)                                           \
  X(cuCtxPopCurrent_v2, Context*)                                           \
  X(cuStreamGetCtx, StreamHandle, Context*)                                 \
  X(cuStreamCreate, StreamHandle*, unsigned)                                \
  X(cuStreamDestroy_v2, StreamHandle)                                       \
  X(cuStreamSynchronize, StreamHandle)                                      \
  X(cuModuleLoadData, Module*, const void*)                                 \
  X(cuModuleUnload, Module)                                                 \
  X(cuModuleGetFunction, Function*, Module, const char*)                    \
  X(cuMemAlloc_v2, DevicePointer*, size_t)                                  \
  X(cuMemFree_v2, DevicePointer)                                            \
  X(cuMemcpyHtoDAsync_v2, DevicePointer, const void*, size_t, StreamHandle) \
  X(cuMemcpyDtoHAsync_v2, void*, DevicePointer, size_t, StreamHandle)       \
  X(cuMemsetD8Async, DevicePointer, unsigned char, size_t, StreamHandle)    \
  X(cuEventCreate, void**, unsigned)                                        \
  X(cuEventDestroy_v2, void*)                                               \
  X(cuEventRecord, void*, StreamHandle)                                     \
  X(cuEventSynchronize, void*)                                              \
  X(cuEventElapsedTime, float*, void*, void*)                               \
  X(cuLaunchKernel, Function, unsigned, unsigned, unsigned, unsigned,       \
    unsigned, unsigned, unsigned, StreamHandle, void**, void**)             \
  X(cuGetErrorName, Result, const char**)                                   \
  X(cuGetErrorString, Result, const char**)

struct Driver {
#define CA_DRIVER_MEMBER(name, ...) Result (*name)(__VA_ARGS__) = nullptr;
  CA_DRIVER_FUNCTIONS(CA_DRIVER_MEMBER)
#undef CA_DRIVER_MEMBER

  /// The process's driver, initialised; `driver` is set only with an ok status.
  /// A failure is final for the process, as the driver's own is.
  static Status Get(const Driver** driver);

  /// An ok status, or one that names the call and the driver's error.
  Status Check(Result result, const std::string& call) const;
};

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_LAUNCH_DRIVER_H_
