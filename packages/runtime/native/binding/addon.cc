#include <napi.h>

#include "binding/convert.h"
#include "binding/method.h"

namespace runtime {
namespace {

int32_t ToThreadCount(const Napi::Value& value, const std::string& what) {
  if (value.IsUndefined()) return 0;
  const int32_t count = ToId(value, what);
  if (count < 0) throw InvalidArgument(what + " must not be negative");
  return count;
}

// ({intraOpThreads?, interOpThreads?, memoryGrowth?, useGpus?, visibleGpus?}).
// TensorFlow reads them when it creates its context, at the first tensor;
// afterwards only the same options are accepted.
Napi::Value Configure(const Napi::CallbackInfo& info, Session& session) {
  const Napi::Object options = ToObject(info[0], "configure: options");
  ContextOptions parsed;
  parsed.intra_op_threads =
      ToThreadCount(options.Get("intraOpThreads"), "intraOpThreads");
  parsed.inter_op_threads =
      ToThreadCount(options.Get("interOpThreads"), "interOpThreads");
  const Napi::Value growth = options.Get("memoryGrowth");
  if (!growth.IsUndefined()) {
    parsed.memory_growth = ToBoolean(growth, "memoryGrowth");
  }
  const Napi::Value use_gpus = options.Get("useGpus");
  if (!use_gpus.IsUndefined()) {
    parsed.use_gpus = ToBoolean(use_gpus, "useGpus");
  }
  const Napi::Value visible = options.Get("visibleGpus");
  if (!visible.IsUndefined()) {
    parsed.visible_gpus = ToText(visible, "visibleGpus");
  }
  if (session.has_context() && !(parsed == session.options())) {
    throw TensorFlowError(TF_FAILED_PRECONDITION,
                          "configure: TensorFlow is running already, with "
                          "other options");
  }
  session.options() = parsed;
  return info.Env().Undefined();
}

Napi::Value IsUsingGpuDevice(const Napi::CallbackInfo& info, Session& session) {
  return Napi::Boolean::New(info.Env(), session.context().has_gpu());
}

// (op, device type): whether a kernel of the op is registered for the device.
// No context is needed.
Napi::Value HasKernel(const Napi::CallbackInfo& info, Session&) {
  return Napi::Boolean::New(
      info.Env(), HasRegisteredKernel(ToText(info[0], "hasKernel: op"),
                                      ToText(info[1], "hasKernel: device")));
}

Napi::Value Devices(const Napi::CallbackInfo& info, Session& session) {
  const Napi::Env env = info.Env();
  const std::vector<Device>& devices = session.context().devices();
  const Napi::Array array = Napi::Array::New(env, devices.size());
  for (uint32_t i = 0; i < devices.size(); ++i) {
    Napi::Object device = Napi::Object::New(env);
    device.Set("name", Napi::String::New(env, devices[i].name));
    device.Set("type", Napi::String::New(env, devices[i].type));
    device.Set(
        "memoryBytes",
        Napi::Number::New(env, static_cast<double>(devices[i].memory_bytes)));
    array.Set(i, device);
  }
  return array;
}

Napi::Value LoadLibrary(const Napi::CallbackInfo& info, Session&) {
  const std::vector<std::string> ops =
      LoadOpLibrary(ToText(info[0], "loadOpLibrary: path"));
  const Napi::Array names = Napi::Array::New(info.Env(), ops.size());
  for (uint32_t i = 0; i < ops.size(); ++i) {
    names.Set(i, Napi::String::New(info.Env(), ops[i]));
  }
  return names;
}

void DefineConstants(Napi::Object& exports) {
  const Napi::Env env = exports.Env();
#define CONSTANT(name) exports.Set(#name, Napi::Number::New(env, name))
  CONSTANT(TF_FLOAT);
  CONSTANT(TF_DOUBLE);
  CONSTANT(TF_INT32);
  CONSTANT(TF_UINT8);
  CONSTANT(TF_INT16);
  CONSTANT(TF_INT8);
  CONSTANT(TF_STRING);
  CONSTANT(TF_COMPLEX64);
  CONSTANT(TF_INT64);
  CONSTANT(TF_BOOL);
  CONSTANT(TF_BFLOAT16);
  CONSTANT(TF_UINT16);
  CONSTANT(TF_HALF);
  CONSTANT(TF_RESOURCE);
  CONSTANT(TF_VARIANT);
  CONSTANT(TF_UINT32);
  CONSTANT(TF_UINT64);
  CONSTANT(TF_ATTR_STRING);
  CONSTANT(TF_ATTR_INT);
  CONSTANT(TF_ATTR_FLOAT);
  CONSTANT(TF_ATTR_BOOL);
  CONSTANT(TF_ATTR_TYPE);
  CONSTANT(TF_ATTR_SHAPE);
  CONSTANT(TF_ATTR_FUNC);
#undef CONSTANT
  exports.Set("TF_Version", Napi::String::New(env, TF_Version()));
}

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  // Freed by Node when the environment ends.
  env.SetInstanceData(new Session());
  Define<Configure>(exports, "configure");
  Define<IsUsingGpuDevice>(exports, "isUsingGpuDevice");
  Define<Devices>(exports, "devices");
  Define<HasKernel>(exports, "hasKernel");
  Define<LoadLibrary>(exports, "loadOpLibrary");
  DefineTensors(exports);
  DefineSavedModels(exports);
  DefineGraphs(exports);
  DefineConstants(exports);
  return exports;
}

}  // namespace
}  // namespace runtime

namespace {
Napi::Object InitializeAddon(Napi::Env env, Napi::Object exports) {
  return runtime::Initialize(env, exports);
}
}  // namespace

NODE_API_MODULE(runtime, InitializeAddon)
