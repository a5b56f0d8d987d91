// Brings TensorFlow's shared libraries into the process before the binding is
// loaded. The binding names them by soname only; the dynamic linker takes the
// copies loaded here, wherever they lie, so that no path is built in and a
// missing or broken library is a JavaScript error.

#include <dlfcn.h>
#include <malloc.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <napi.h>

#include <cstdlib>
#include <string>

#include "loader/nvidia_driver.h"
#include "loader/quiet.h"

namespace {

// setDefaultEnvironment(name, value): process.env does not reach getenv() in
// worker threads.
Napi::Value SetDefaultEnvironment(const Napi::CallbackInfo& info) {
  setenv(info[0].As<Napi::String>().Utf8Value().c_str(),
         info[1].As<Napi::String>().Utf8Value().c_str(), /*overwrite=*/0);
  return info.Env().Undefined();
}

// glibc raises its limit for mapping a buffer on its own whenever such a buffer
// is freed, until the large tensors of a step share the heap with everything
// else and keep it from shrinking. Setting these two holds the limit where it
// is; the generous values keep the heap's top from going to and fro. A
// ResNet-50 step of 64 CIFAR images peaks at 1.5 GB instead of 1.9, at the same
// CPU time.
void KeepHeapCompact() {
#ifdef __GLIBC__
  if (getenv("MALLOC_TRIM_THRESHOLD_") == nullptr) {
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
  }
  if (getenv("MALLOC_TOP_PAD_") == nullptr) mallopt(M_TOP_PAD, 64 << 20);
  if (getenv("MALLOC_MMAP_THRESHOLD_") == nullptr) {
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
  }
#endif
}

// TensorFlow frees on one thread what it allocated on another; with an arena
// for each thread glibc keeps several times what is in use.
void UseOneArena() {
  if (std::getenv("MALLOC_ARENA_MAX") != nullptr) return;
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, 1);
#endif
}

// open(path): keeps the library loaded until the process ends.
Napi::Value Open(const Napi::CallbackInfo& info) {
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  KeepHeapCompact();
  const bool is_open = [&path] {
    const loader::QuietStandardError quiet;
    return dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL) != nullptr;
  }();
  if (!is_open) throw Napi::Error::New(info.Env(), dlerror());
  return info.Env().Undefined();
}

// nvidiaDriver(): {problem, found, version, gpus: [{name, capability,
// memoryBytes}]}.
Napi::Value DescribeNvidiaDriver(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const loader::NvidiaDriver& driver = loader::TheNvidiaDriver();
  const Napi::Array gpus = Napi::Array::New(env, driver.gpus.size());
  for (uint32_t i = 0; i < driver.gpus.size(); ++i) {
    const loader::Gpu& gpu = driver.gpus[i];
    Napi::Object object = Napi::Object::New(env);
    object.Set("name", gpu.name);
    object.Set("capability", gpu.capability / 10.0);
    object.Set("memoryBytes", static_cast<double>(gpu.memory_bytes));
    gpus.Set(i, object);
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("problem", driver.problem);
  result.Set("found", driver.found);
  result.Set("version", driver.version);
  result.Set("gpus", gpus);
  return result;
}

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  UseOneArena();
  exports.Set("setDefaultEnvironment",
              Napi::Function::New<SetDefaultEnvironment>(env));
  exports.Set("open", Napi::Function::New<Open>(env));
  exports.Set("nvidiaDriver", Napi::Function::New<DescribeNvidiaDriver>(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(loader, Initialize)
