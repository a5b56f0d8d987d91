#include "driver.h"

#include <dlfcn.h>

namespace cuda_activations {
namespace cuda {
namespace {

struct Opened {
  Driver driver;
  Status status;
};

Status Open(Driver* driver) {
  // RTLD_LOCAL: the driver's symbols stay out of the process's namespace. It is
  // never closed, for its threads live on.
  void* library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* why = dlerror();
    return {Code::kNoDriver,
            std::string("no NVIDIA driver: ") + (why ? why : "libcuda.so.1")};
  }
#define CA_DRIVER_BIND(name, ...)                                        \
  driver->name =                                                         \
      reinterpret_cast<Result (*)(__VA_ARGS__)>(dlsym(library, #name));  \
  if (driver->name == nullptr) {                                         \
    return {Code::kNoDriver,                                             \
            "the NVIDIA driver is too old: libcuda.so.1 has no " #name}; \
  }
  CA_DRIVER_FUNCTIONS(CA_DRIVER_BIND)
#undef CA_DRIVER_BIND
  Status status = driver->Check(driver->cuInit(0), "cuInit");
  if (!status.ok()) {
    return {Code::kNoDriver,
            "the NVIDIA driver does not work: " + status.message()};
  }
  return {};
}

}  // namespace

Status Driver::Get(const Driver** driver) {
  static const Opened* opened = [] {
    auto* result = new Opened;
    result->status = Open(&result->driver);
    return result;
  }();
  if (opened->status.ok()) *driver = &opened->driver;
  return opened->status;
}

Status Driver::Check(Result result, const std::string& call) const {
  if (result == kSuccess) return {};
  const char *name = nullptr, *text = nullptr;
  if (cuGetErrorName(result, &name) != kSuccess || name == nullptr) {
    name = "unknown error";
  }
  if (cuGetErrorString(result, &text) != kSuccess || text == nullptr) text = "";
  Code code = Code::kLaunchFailed;
  if (result == kOutOfMemoryResult) code = Code::kOutOfMemory;
  if (result == kNoBinaryForGpu || result == kUnsupportedPtxVersion) {
    code = Code::kUnsupported;
  }
  return {code, call + ": " + name + " (" + std::to_string(result) +
                    (*text ? std::string("): ") + text : std::string(")"))};
}

}  // namespace cuda
}  // namespace cuda_activations
