// cuda_activations.node: the CPU kernels on typed arrays. A private surface of
// positional arguments; the package's TypeScript checks what users pass, and
// these functions check again what could hurt the process. They hold no state
// of an environment, so worker threads may load the addon again.
//
// Activations and dtypes are numbers (pointwiseIds, gatedIds, rowwiseIds,
// dtypeIds), arrays are Float32Array, Float64Array or Uint16Array; shapes
// follow from lengths. Each function runs on the calling thread and the
// process-wide pool and returns when its outputs are written.
#ifdef __APPLE__
#include <dlfcn.h>
#endif

#include "arguments.h"

namespace cuda_activations::binding {

namespace {

/// info(): {isa, isas, isaWarning, threads, version}
Napi::Value Info(const Napi::CallbackInfo& call) {
  const Napi::Env env = call.Env();
  Napi::Object result = Napi::Object::New(env);
  Napi::Array isas = Napi::Array::New(env);
  uint32_t count = 0;
  for (const char* const* isa = AvailableIsas(); *isa != nullptr; ++isa)
    isas.Set(count++, Napi::String::New(env, *isa));
  result["isa"] = Napi::String::New(env, IsaName());
  result["isas"] = isas;
  result["isaWarning"] = IsaWarning() == nullptr
                             ? env.Null()
                             : Napi::String::New(env, IsaWarning());
  result["threads"] = Napi::Number::New(env, ThreadPoolSize());
  result["version"] = Napi::String::New(env, CUDA_ACTIVATIONS_VERSION);
  return result;
}

/// setThreads(count): the old number.
Napi::Value SetThreads(const Napi::CallbackInfo& call) {
  const int32_t threads = Arguments(call).Number(0, "threads");
  int old = 0;
  Call(call.Env(), [&] { old = SetThreadPoolSize(threads); });
  return Napi::Number::New(call.Env(), old);
}

/// selectIsa(name), for tests.
void SelectIsaCall(const Napi::CallbackInfo& call) {
  if (!call[0].IsString())
    throw Napi::TypeError::New(call.Env(),
                               "instruction set: expected a string");
  const std::string name = call[0].As<Napi::String>().Utf8Value();
  Call(call.Env(), [&] { SelectIsa(name.c_str()); });
}

#ifdef __APPLE__
/// What -z nodelete does elsewhere: one handle more, which is never closed.
void StayLoaded() {
  static const int kHere = 0;
  Dl_info info;
  if (dladdr(&kHere, &info) != 0)
    dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}
#endif

Napi::Object Init(Napi::Env env, Napi::Object exports) {
#ifdef __APPLE__
  StayLoaded();
#endif
  exports["info"] = Napi::Function::New<Info>(env, "info");
  exports["setThreads"] = Napi::Function::New<SetThreads>(env, "setThreads");
  exports["selectIsa"] = Napi::Function::New<SelectIsaCall>(env, "selectIsa");
  ExportPointwise(env, exports);
  ExportBiasActivation(env, exports);
  ExportGated(env, exports);
  ExportPerChannel(env, exports);
  ExportRowwise(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(cuda_activations, Init)

}  // namespace cuda_activations::binding
