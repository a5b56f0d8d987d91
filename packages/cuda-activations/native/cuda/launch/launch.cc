#include "launch.h"

#include <limits>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "../arguments.h"
#include "images.h"

namespace cuda_activations {
namespace cuda {
namespace {

const char* ElementName(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return "Float32";
    case DType::kFloat16:
      return "Float16";
    case DType::kBFloat16:
      return "BFloat16";
    default:
      return nullptr;
  }
}

/// Makes the stream's context current, and the former one again at the end.
class CurrentContext {
 public:
  CurrentContext(const Driver& driver, Context context)
      : driver_(driver),
        status_(driver.Check(driver.cuCtxPushCurrent_v2(context),
                             "cuCtxPushCurrent")) {}
  ~CurrentContext() {
    Context popped;
    if (status_.ok()) driver_.cuCtxPopCurrent_v2(&popped);
  }
  CurrentContext(const CurrentContext&) = delete;
  CurrentContext& operator=(const CurrentContext&) = delete;
  const Status& status() const { return status_; }

 private:
  const Driver& driver_;
  const Status status_;
};

std::string Capability(int capability) {
  return std::to_string(capability / 10) + "." +
         std::to_string(capability % 10);
}

Status DeviceCapability(const Driver& driver, int device, int* capability) {
  int major = 0, minor = 0;
  Status status = driver.Check(
      driver.cuDeviceGetAttribute(&major, kComputeCapabilityMajor, device),
      "cuDeviceGetAttribute");
  if (!status.ok()) return status;
  status = driver.Check(
      driver.cuDeviceGetAttribute(&minor, kComputeCapabilityMinor, device),
      "cuDeviceGetAttribute");
  *capability = 10 * major + minor;
  return status;
}

std::string DeviceName(const Driver& driver, int device) {
  char name[256] = "";
  driver.cuDeviceGetName(name, sizeof name, device);
  return name;
}

/// The image that runs best on a GPU: machine code runs on its own major
/// version from its minor version on; PTX is compiled for all from its version.
Status ChooseImage(const Driver& driver, int device, const std::string& module,
                   const Image** chosen) {
  int count = 0, capability = 0, least = std::numeric_limits<int>::max();
  const Image* images = Images(&count);
  if (count == 0) {
    return {Code::kNotBuilt,
            "this build has no CUDA kernels (built with WITH_CUDA=OFF, or "
            "without a CUDA compiler at hand)"};
  }
  Status status = DeviceCapability(driver, device, &capability);
  if (!status.ok()) return status;
  *chosen = nullptr;
  for (int i = 0; i < count; ++i) {
    const Image& image = images[i];
    if (module != image.module) continue;
    if (image.capability < least) least = image.capability;
    const bool runs = image.capability <= capability &&
                      (image.ptx || image.capability / 10 == capability / 10);
    if (!runs) continue;
    const bool better = *chosen == nullptr || ((*chosen)->ptx && !image.ptx) ||
                        ((*chosen)->ptx == image.ptx &&
                         image.capability > (*chosen)->capability);
    if (better) *chosen = &image;
  }
  if (*chosen != nullptr) return {};
  if (least == std::numeric_limits<int>::max()) {
    return {Code::kNotBuilt, "this build has no CUDA module " + module};
  }
  return {Code::kUnsupported,
          "GPU " + std::to_string(device) + " (" + DeviceName(driver, device) +
              ") has compute capability " + Capability(capability) +
              "; the kernels need " + Capability(least) + " or newer"};
}

/// Modules and functions by context: one process may hold several GPUs, and a
/// function belongs to the context that loaded it.
class Cache {
 public:
  /// `context` must be current.
  Status Find(const Driver& driver, Context context, const std::string& module,
              const std::string& function, Function* found) {
    const Key key(context, function);
    {
      std::shared_lock<std::shared_mutex> lock(mutex_);
      const auto at = functions_.find(key);
      if (at != functions_.end()) {
        *found = at->second;
        return {};
      }
    }
    std::unique_lock<std::shared_mutex> lock(mutex_);
    Module loaded = nullptr;
    Status status = FindModule(driver, context, module, &loaded);
    if (!status.ok()) return status;
    status = driver.Check(
        driver.cuModuleGetFunction(found, loaded, function.c_str()),
        "cuModuleGetFunction of " + function);
    if (status.ok()) functions_.emplace(key, *found);
    return status;
  }

 private:
  using Key = std::pair<Context, std::string>;

  Status FindModule(const Driver& driver, Context context,
                    const std::string& module, Module* loaded) {
    const Key key(context, module);
    const auto at = modules_.find(key);
    if (at != modules_.end()) {
      *loaded = at->second;
      return {};
    }
    int device = 0;
    Status status =
        driver.Check(driver.cuCtxGetDevice(&device), "cuCtxGetDevice");
    if (!status.ok()) return status;
    const Image* image = nullptr;
    status = ChooseImage(driver, device, module, &image);
    if (!status.ok()) return status;
    status = driver.Check(driver.cuModuleLoadData(loaded, image->data),
                          "loading the CUDA module " + module + " (" +
                              (image->ptx ? "compute_" : "sm_") +
                              std::to_string(image->capability) + ") on GPU " +
                              std::to_string(device));
    // A failure is not kept: memory may be free the next time.
    if (status.ok()) modules_.emplace(key, *loaded);
    return status;
  }

  std::shared_mutex mutex_;
  std::map<Key, Function> functions_;
  std::map<Key, Module> modules_;
};

Cache& ProcessCache() {
  // Never destroyed: launches may come until the process ends.
  static Cache* cache = new Cache;
  return *cache;
}

}  // namespace

bool HasKernels(DType dtype) { return ElementName(dtype) != nullptr; }

Status Launch(const Stream& stream, const KernelName& kernel, int64_t blocks,
              const void* arguments, void* zero, int64_t zero_bytes) {
  if (blocks == 0) return {};
  const char* element = ElementName(kernel.dtype);
  if (element == nullptr) {
    return {Code::kInvalidArgument,
            "the GPU kernels take float32, float16 and bfloat16, got dtype " +
                std::to_string(static_cast<int>(kernel.dtype))};
  }
  if (blocks < 0 || blocks > std::numeric_limits<int>::max()) {
    return {Code::kInvalidArgument, "a launch of " + std::to_string(blocks) +
                                        " blocks; a grid holds 2147483647"};
  }
  const std::string module = std::string(kernel.module) + "." + element;
  const std::string name =
      std::string(kernel.family) + "_" + kernel.name + "_" + element;
  const Driver* driver = nullptr;
  Status status = Driver::Get(&driver);
  if (!status.ok()) return status;
  Context context = nullptr;
  status =
      stream.handle != nullptr
          ? driver->Check(driver->cuStreamGetCtx(stream.handle, &context),
                          "cuStreamGetCtx")
          : driver->Check(driver->cuCtxGetCurrent(&context), "cuCtxGetCurrent");
  if (!status.ok()) return status;
  const CurrentContext current(*driver, context);
  if (!current.status().ok()) return current.status();
  Function function = nullptr;
  status = ProcessCache().Find(*driver, context, module, name, &function);
  if (!status.ok()) return status;
  if (zero != nullptr && zero_bytes > 0) {
    status = driver->Check(
        driver->cuMemsetD8Async(reinterpret_cast<DevicePointer>(zero), 0,
                                static_cast<size_t>(zero_bytes), stream.handle),
        "cuMemsetD8Async before " + name);
    if (!status.ok()) return status;
  }
  void* parameters[] = {const_cast<void*>(arguments)};
  return driver->Check(
      driver->cuLaunchKernel(function, static_cast<unsigned>(blocks), 1, 1,
                             kBlockThreads, 1, 1, 0, stream.handle, parameters,
                             nullptr),
      "launching " + name);
}

Status CheckDevice(int device) {
  const Driver* driver = nullptr;
  Status status = Driver::Get(&driver);
  if (!status.ok()) return status;
  int count = 0;
  status = driver->Check(driver->cuDeviceGetCount(&count), "cuDeviceGetCount");
  if (!status.ok()) return status;
  if (device < 0 || device >= count) {
    return {Code::kUnsupported, "GPU " + std::to_string(device) +
                                    " was asked for; the driver shows " +
                                    std::to_string(count)};
  }
  const Image* image = nullptr;
  return ChooseImage(*driver, device, "copy.Float32", &image);
}

}  // namespace cuda
}  // namespace cuda_activations
