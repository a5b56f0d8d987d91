// A libcuda.so.1 for machines without a GPU: the driver functions that the
// launcher calls, over the emulated kernels. Test only.
//
// Streams are lazy: work is done when somebody waits for it, and the streams
// have no order among each other, so that work on a wrong stream comes too late
// to be right. Environment:
//   FAKE_CUDA_DEVICES  compute capabilities, "9.0" by default ("" for no GPU)
//   FAKE_CUDA_FAULT    FUNCTION:ERROR[@N], the Nth call (1) and all after fail
//   FAKE_CUDA_VERSION  the driver's version, 12050 by default
//   FAKE_CUDA_LAUNCHES a file to which the names of launched kernels are added
//   FAKE_CUDA_EAGER    1: streams work at once (for a device that has no waits)
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "block.h"
#include "registry.h"

namespace {

using namespace cuda_activations::emulation;
using Result = int;
using DevicePointer = unsigned long long;

constexpr Result kInvalidValue = 1, kOutOfMemory = 2, kNotInitialized = 3,
                 kNoDevice = 100, kInvalidDevice = 101, kInvalidImage = 200,
                 kInvalidContext = 201, kNoBinaryForGpu = 209,
                 kInvalidHandle = 400, kNotFound = 500;

struct Context {
  int device;
};

struct Stream {
  Context* context;
  std::vector<std::function<void()>> work;
};

struct Module {
  Context* context;
  std::string image;  ///< its bytes, where they name the kernels it holds
  bool emulated;      ///< a stand-in that holds every kernel
};

struct Function {
  Context* context;
  const EmulatedKernel* kernel;
};

struct Event {
  std::chrono::steady_clock::time_point time;
  Stream* stream = nullptr;  ///< where it was recorded last
};

struct State {
  std::mutex mutex;
  bool initialised = false;
  std::vector<int> capabilities;
  std::vector<std::unique_ptr<Context>> contexts;
  std::set<void*> streams;
  std::vector<std::unique_ptr<Stream>> defaults;  ///< legacy default streams
};

State& Global() {
  static State* state = [] {
    auto* made = new State;
    const char* text = std::getenv("FAKE_CUDA_DEVICES");
    std::istringstream list(text != nullptr ? text : "9.0");
    for (std::string entry; std::getline(list, entry, ',');) {
      const int device = static_cast<int>(made->contexts.size());
      made->capabilities.push_back(
          static_cast<int>(std::atof(entry.c_str()) * 10 + 0.5));
      made->contexts.emplace_back(new Context{device});
      made->defaults.emplace_back(new Stream{made->contexts.back().get(), {}});
    }
    return made;
  }();
  return *state;
}

thread_local std::vector<Context*> current_contexts;

bool IsEager() {
  static const bool eager = std::getenv("FAKE_CUDA_EAGER") != nullptr;
  return eager;
}

/// The error that FAKE_CUDA_FAULT wants of this call, or 0.
Result Fault(const char* function) {
  static const std::string wanted = [] {
    const char* text = std::getenv("FAKE_CUDA_FAULT");
    return std::string(text != nullptr ? text : "");
  }();
  static std::atomic<int> calls{0};
  const size_t colon = wanted.find(':');
  if (colon == std::string::npos || wanted.compare(0, colon, function) != 0) {
    return 0;
  }
  const size_t at = wanted.find('@');
  const int first =
      at == std::string::npos ? 1 : std::atoi(wanted.c_str() + at + 1);
  return ++calls >= first ? std::atoi(wanted.c_str() + colon + 1) : 0;
}

void NoteLaunch(const char* kernel) {
  static std::FILE* const file = [] {
    const char* path = std::getenv("FAKE_CUDA_LAUNCHES");
    return path != nullptr ? std::fopen(path, "a") : nullptr;
  }();
  if (file == nullptr) return;
  std::fprintf(file, "%s\n", kernel);
  std::fflush(file);
}

Context* Current() {
  if (!current_contexts.empty()) return current_contexts.back();
  // An eager device stands for a framework that has made its context current.
  return IsEager() && !Global().contexts.empty() ? Global().contexts[0].get()
                                                 : nullptr;
}

Stream* Find(void* handle) {
  if (handle == nullptr) {
    Context* context = Current();
    return context == nullptr
               ? nullptr
               : Global().defaults[static_cast<size_t>(context->device)].get();
  }
  std::lock_guard<std::mutex> lock(Global().mutex);
  return Global().streams.count(handle) > 0 ? static_cast<Stream*>(handle)
                                            : nullptr;
}

Result Enqueue(void* handle, std::function<void()> work) {
  Stream* stream = Find(handle);
  if (stream == nullptr) return kInvalidHandle;
  if (IsEager()) {
    work();
  } else {
    stream->work.push_back(std::move(work));
  }
  return 0;
}

void Finish(Stream* stream) {
  for (size_t i = 0; i < stream->work.size(); ++i) stream->work[i]();
  stream->work.clear();
}

void* Host(DevicePointer pointer) { return reinterpret_cast<void*>(pointer); }

/// The compute capability that an ELF image was made for, from its flags.
int ElfCapability(const unsigned char* image) {
  return image[48];  // low byte of e_flags: the sm number
}

size_t ElfBytes(const unsigned char* image) {
  uint64_t sections, headers;
  uint16_t section_count, section_size, header_count, header_size;
  std::memcpy(&headers, image + 32, 8);
  std::memcpy(&sections, image + 40, 8);
  std::memcpy(&header_size, image + 54, 2);
  std::memcpy(&header_count, image + 56, 2);
  std::memcpy(&section_size, image + 58, 2);
  std::memcpy(&section_count, image + 60, 2);
  return std::max(sections + section_size * section_count,
                  headers + header_size * header_count);
}

}  // namespace

#define API extern "C" __attribute__((visibility("default"))) Result
#define FAULT(name)                          \
  do {                                       \
    if (const Result fault = Fault(#name)) { \
      return fault;                          \
    }                                        \
    if (!Global().initialised) {             \
      return kNotInitialized;                \
    }                                        \
  } while (0)

API cuInit(unsigned) {
  if (const Result fault = Fault("cuInit")) return fault;
  if (Global().contexts.empty()) return kNoDevice;
  Global().initialised = true;
  return 0;
}

API cuDriverGetVersion(int* version) {
  const char* text = std::getenv("FAKE_CUDA_VERSION");
  *version = text != nullptr ? std::atoi(text) : 12050;
  return 0;
}

API cuDeviceGetCount(int* count) {
  FAULT(cuDeviceGetCount);
  *count = static_cast<int>(Global().contexts.size());
  return 0;
}

API cuDeviceGetName(char* name, int size, int device) {
  FAULT(cuDeviceGetName);
  std::snprintf(name, static_cast<size_t>(size), "emulated GPU %d", device);
  return 0;
}

API cuDeviceGetAttribute(int* value, int attribute, int device) {
  FAULT(cuDeviceGetAttribute);
  if (device < 0 || device >= static_cast<int>(Global().contexts.size())) {
    return kInvalidDevice;
  }
  const int capability = Global().capabilities[static_cast<size_t>(device)];
  *value = attribute == 75   ? capability / 10
           : attribute == 76 ? capability % 10
                             : 1;
  return 0;
}

API cuDeviceTotalMem_v2(size_t* bytes, int) {
  FAULT(cuDeviceTotalMem_v2);
  *bytes = size_t{1} << 33;
  return 0;
}

API cuDeviceGetPCIBusId(char* id, int size, int device) {
  std::snprintf(id, static_cast<size_t>(size), "0000:%02x:00.0", device);
  return 0;
}

API cuDevicePrimaryCtxRetain(void** context, int device) {
  FAULT(cuDevicePrimaryCtxRetain);
  if (device < 0 || device >= static_cast<int>(Global().contexts.size())) {
    return kInvalidDevice;
  }
  *context = Global().contexts[static_cast<size_t>(device)].get();
  return 0;
}

API cuDevicePrimaryCtxRelease_v2(int) { return 0; }

API cuCtxGetCurrent(void** context) {
  FAULT(cuCtxGetCurrent);
  *context = Current();
  return 0;
}

API cuCtxGetDevice(int* device) {
  FAULT(cuCtxGetDevice);
  if (Current() == nullptr) return kInvalidContext;
  *device = Current()->device;
  return 0;
}

API cuCtxPushCurrent_v2(void* context) {
  FAULT(cuCtxPushCurrent_v2);
  if (context == nullptr) return kInvalidContext;
  current_contexts.push_back(static_cast<Context*>(context));
  return 0;
}

API cuCtxPopCurrent_v2(void** context) {
  if (current_contexts.empty()) return kInvalidContext;
  *context = current_contexts.back();
  current_contexts.pop_back();
  return 0;
}

API cuStreamGetCtx(void* handle, void** context) {
  FAULT(cuStreamGetCtx);
  Stream* stream = Find(handle);
  if (stream == nullptr) return kInvalidHandle;
  *context = stream->context;
  return 0;
}

API cuStreamCreate(void** handle, unsigned) {
  FAULT(cuStreamCreate);
  if (Current() == nullptr) return kInvalidContext;
  auto* stream = new Stream{Current(), {}};
  std::lock_guard<std::mutex> lock(Global().mutex);
  Global().streams.insert(stream);
  *handle = stream;
  return 0;
}

API cuStreamDestroy_v2(void* handle) {
  Stream* stream = Find(handle);
  if (stream == nullptr || handle == nullptr) return kInvalidHandle;
  Finish(stream);
  std::lock_guard<std::mutex> lock(Global().mutex);
  Global().streams.erase(handle);
  delete stream;
  return 0;
}

API cuStreamSynchronize(void* handle) {
  FAULT(cuStreamSynchronize);
  Stream* stream = Find(handle);
  if (stream == nullptr) return kInvalidHandle;
  Finish(stream);
  return 0;
}

API cuModuleLoadData(void** module, const void* data) {
  FAULT(cuModuleLoadData);
  Context* context = Current();
  if (context == nullptr) return kInvalidContext;
  const auto* image = static_cast<const unsigned char*>(data);
  const int capability =
      Global().capabilities[static_cast<size_t>(context->device)];
  const std::string text(static_cast<const char*>(data), 8);
  if (std::memcmp(image, "\177ELF", 4) == 0) {
    const int built = ElfCapability(image);
    if (built / 10 != capability / 10 || built > capability) {
      return kNoBinaryForGpu;
    }
    *module = new Module{
        context, std::string(static_cast<const char*>(data), ElfBytes(image)),
        false};
  } else if (text.compare(0, 8, "emulated") == 0) {
    *module = new Module{context, "", true};
  } else if (image[0] == '/' || image[0] == '.' || image[0] == '\n') {
    *module = new Module{context, static_cast<const char*>(data), false};
  } else {
    return kInvalidImage;
  }
  return 0;
}

API cuModuleUnload(void* module) {
  delete static_cast<Module*>(module);
  return 0;
}

API cuModuleGetFunction(void** function, void* handle, const char* name) {
  FAULT(cuModuleGetFunction);
  const auto* module = static_cast<const Module*>(handle);
  const EmulatedKernel* kernel = FindKernel(name);
  // The shipped image must hold the kernel, not the emulation alone.
  const bool held =
      module->emulated || module->image.find(name) != std::string::npos;
  if (kernel == nullptr || !held) return kNotFound;
  *function = new Function{module->context, kernel};
  return 0;
}

API cuMemAlloc_v2(DevicePointer* pointer, size_t bytes) {
  FAULT(cuMemAlloc_v2);
  if (bytes == 0) return kInvalidValue;
  // A heap block of its own, so that AddressSanitizer knows its ends.
  void* memory = nullptr;
  if (posix_memalign(&memory, 256, bytes) != 0) return kOutOfMemory;
  std::memset(memory, 0xff, bytes);
  *pointer = reinterpret_cast<DevicePointer>(memory);
  return 0;
}

API cuMemFree_v2(DevicePointer pointer) {
  std::free(Host(pointer));
  return 0;
}

API cuMemcpyHtoDAsync_v2(DevicePointer to, const void* from, size_t bytes,
                         void* stream) {
  FAULT(cuMemcpyHtoDAsync_v2);
  const char* source = static_cast<const char*>(from);
  auto copy = std::make_shared<std::vector<char>>(source, source + bytes);
  return Enqueue(stream, [=] { std::memcpy(Host(to), copy->data(), bytes); });
}

API cuMemcpyDtoHAsync_v2(void* to, DevicePointer from, size_t bytes,
                         void* stream) {
  FAULT(cuMemcpyDtoHAsync_v2);
  return Enqueue(stream, [=] { std::memcpy(to, Host(from), bytes); });
}

API cuMemsetD8Async(DevicePointer to, unsigned char value, size_t bytes,
                    void* stream) {
  FAULT(cuMemsetD8Async);
  return Enqueue(stream, [=] { std::memset(Host(to), value, bytes); });
}

API cuEventCreate(void** event, unsigned) {
  *event = new Event;
  return 0;
}
API cuEventDestroy_v2(void* event) {
  delete static_cast<Event*>(event);
  return 0;
}
API cuEventRecord(void* event, void* stream) {
  static_cast<Event*>(event)->stream = Find(stream);
  return Enqueue(stream, [=] {
    static_cast<Event*>(event)->time = std::chrono::steady_clock::now();
  });
}
API cuEventSynchronize(void* event) {
  Stream* const stream = static_cast<Event*>(event)->stream;
  if (stream != nullptr) Finish(stream);
  return 0;
}
API cuEventElapsedTime(float* milliseconds, void* from, void* to) {
  *milliseconds =
      std::chrono::duration<float, std::milli>(static_cast<Event*>(to)->time -
                                               static_cast<Event*>(from)->time)
          .count();
  return 0;
}

API cuLaunchKernel(void* handle, unsigned grid_x, unsigned grid_y,
                   unsigned grid_z, unsigned block_x, unsigned block_y,
                   unsigned block_z, unsigned, void* stream, void** parameters,
                   void**) {
  FAULT(cuLaunchKernel);
  const auto* function = static_cast<const Function*>(handle);
  const Stream* target = Find(stream);
  if (target == nullptr) return kInvalidHandle;
  // A kernel runs where it was loaded, and nowhere else.
  if (function->context != Current() || target->context != Current()) {
    return kInvalidHandle;
  }
  const unsigned threads = block_x * block_y * block_z;
  if (grid_x == 0 || grid_x > 0x7fffffffu || grid_y != 1 || grid_z != 1 ||
      threads == 0 || threads > 1024) {
    return kInvalidValue;
  }
  const auto* bytes = static_cast<const char*>(parameters[0]);
  auto arguments = std::make_shared<std::vector<char>>(
      bytes, bytes + function->kernel->argument_bytes);
  const EmulatedKernel* kernel = function->kernel;
  NoteLaunch(kernel->name);
  return Enqueue(stream, [=] {
    Launch(kernel->name, grid_x, threads,
           [=] { kernel->body(arguments->data()); });
  });
}

API cuGetErrorName(Result error, const char** name) {
  switch (error) {
    case kInvalidValue:
      *name = "CUDA_ERROR_INVALID_VALUE";
      return 0;
    case kOutOfMemory:
      *name = "CUDA_ERROR_OUT_OF_MEMORY";
      return 0;
    case kNoDevice:
      *name = "CUDA_ERROR_NO_DEVICE";
      return 0;
    case kNoBinaryForGpu:
      *name = "CUDA_ERROR_NO_BINARY_FOR_GPU";
      return 0;
    case 719:
      *name = "CUDA_ERROR_LAUNCH_FAILED";
      return 0;
    default:
      return kInvalidValue;
  }
}

API cuGetErrorString(Result, const char** text) {
  *text = "emulated";
  return 0;
}
