#include "loader/nvidia_driver.h"

#include <dlfcn.h>

#include <cstddef>
#include <string>

namespace loader {
namespace {

// Numbers of cuda.h.
constexpr int kNoDevice = 100;
constexpr int kComputeCapabilityMajor = 75;
constexpr int kComputeCapabilityMinor = 76;

class Library {
 public:
  explicit Library(void* handle) : handle_(handle) {}

  // Calls a function of the driver; `problem_` says what went wrong.
  template <typename... Arguments>
  bool Call(const char* name, Arguments... arguments) {
    auto* const function =
        reinterpret_cast<int (*)(Arguments...)>(dlsym(handle_, name));
    if (function == nullptr) {
      problem_ = std::string("it is too old, it has no ") + name;
      return false;
    }
    result_ = function(arguments...);
    if (result_ != 0) problem_ = std::string(name) + ": " + ErrorName(result_);
    return result_ == 0;
  }
  int result() const { return result_; }
  const std::string& problem() const { return problem_; }

 private:
  std::string ErrorName(int result) const {
    auto* const name_of = reinterpret_cast<int (*)(int, const char**)>(
        dlsym(handle_, "cuGetErrorName"));
    const char* name = nullptr;
    if (name_of == nullptr || name_of(result, &name) != 0 || name == nullptr) {
      return "error " + std::to_string(result);
    }
    return name;
  }

  void* const handle_;
  int result_ = 0;  // of the last call
  std::string problem_;
};

bool Describe(Library* library, int device, Gpu* gpu) {
  char name[256] = "";
  int major = 0, minor = 0;
  size_t memory = 0;
  if (!library->Call("cuDeviceGetName", &name[0], int{sizeof name}, device) ||
      !library->Call("cuDeviceGetAttribute", &major, kComputeCapabilityMajor,
                     device) ||
      !library->Call("cuDeviceGetAttribute", &minor, kComputeCapabilityMinor,
                     device) ||
      !library->Call("cuDeviceTotalMem_v2", &memory, device)) {
    return false;
  }
  gpu->name = name;
  gpu->capability = 10 * major + minor;
  gpu->memory_bytes = static_cast<int64_t>(memory);
  return true;
}

NvidiaDriver Probe() {
  NvidiaDriver driver;
  void* const handle = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const why = dlerror();
    driver.problem = why != nullptr ? why : "libcuda.so.1 does not load";
    return driver;
  }
  driver.found = true;
  Library library(handle);
  int count = 0;
  library.Call("cuDriverGetVersion", &driver.version);
  if (!library.Call("cuInit", 0u) ||
      !library.Call("cuDeviceGetCount", &count)) {
    // Also where CUDA_VISIBLE_DEVICES hides them all: no fault of the driver.
    if (library.result() != kNoDevice) driver.problem = library.problem();
    return driver;
  }
  for (int device = 0; device < count; ++device) {
    Gpu gpu;
    if (!Describe(&library, device, &gpu)) {
      driver.problem = library.problem();
      return driver;
    }
    driver.gpus.push_back(gpu);
  }
  return driver;
}

}  // namespace

const NvidiaDriver& TheNvidiaDriver() {
  static const auto* driver = new NvidiaDriver(Probe());
  return *driver;
}

}  // namespace loader
