// For a process that opens TensorFlow itself, such as Node: named in
// LD_PRELOAD, this library gives TensorFlow the emulated GPU before the first
// context is made. Test only; FAKE_GPU names the plugin.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

#include "tensorflow/c/c_api_experimental.h"
#include "tensorflow/c/eager/c_api.h"

namespace {

template <class Function>
Function TensorFlow(const char* name) {
  // Opened already by whoever makes a context. To be looked up by name, for
  // this library comes before it, and made global, for the plugin needs it.
  static void* library =
      dlopen("libtensorflow_cc.so.2", RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
  void* symbol = library != nullptr ? dlsym(library, name) : nullptr;
  if (symbol == nullptr) {
    std::fprintf(stderr, "preload_gpu: TensorFlow has no %s\n", name);
    std::abort();
  }
  return reinterpret_cast<Function>(symbol);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) TFE_Context* TFE_NewContext(
    const TFE_ContextOptions* options, TF_Status* status) {
  static const bool loaded = [&] {
    TensorFlow<TF_Library* (*)(const char*, TF_Status*)>(
        "TF_LoadPluggableDeviceLibrary")(std::getenv("FAKE_GPU"), status);
    return TensorFlow<TF_Code (*)(const TF_Status*)>("TF_GetCode")(status) ==
           TF_OK;
  }();
  if (!loaded) return nullptr;
  return TensorFlow<TFE_Context* (*)(const TFE_ContextOptions*, TF_Status*)>(
      "TFE_NewContext")(options, status);
}
