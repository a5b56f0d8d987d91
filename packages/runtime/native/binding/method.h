#ifndef RUNTIME_NATIVE_BINDING_METHOD_H_
#define RUNTIME_NATIVE_BINDING_METHOD_H_

#include <napi.h>

#include <new>

#include "binding/session.h"
#include "tensorflow/status.h"

namespace runtime {

inline Session& SessionOf(Napi::Env env) {
  return *env.GetInstanceData<Session>();
}

// A JavaScript Error with TensorFlow's message and its code by name.
inline Napi::Error ToError(Napi::Env env, const TensorFlowError& error) {
  Napi::Error js_error = Napi::Error::New(env, error.what());
  js_error.Set("code", Napi::String::New(env, CodeName(error.code())));
  return js_error;
}

using MethodBody = Napi::Value (*)(const Napi::CallbackInfo&, Session&);

// A method of the addon: every C++ exception leaves as a JavaScript one.
template <MethodBody Body>
Napi::Value Method(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  try {
    return Body(info, SessionOf(env));
  } catch (const TensorFlowError& error) {
    throw ToError(env, error);
  } catch (const std::bad_alloc&) {
    throw ToError(env, TensorFlowError(TF_RESOURCE_EXHAUSTED, "out of memory"));
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw ToError(env, TensorFlowError(TF_INTERNAL, error.what()));
  }
}

template <MethodBody Body>
void Define(Napi::Object& exports, const char* name) {
  exports.Set(name, Napi::Function::New<Method<Body>>(exports.Env(), name));
}

// Each adds its group of methods.
void DefineTensors(Napi::Object& exports);
void DefineSavedModels(Napi::Object& exports);
void DefineGraphs(Napi::Object& exports);

}  // namespace runtime

#endif  // RUNTIME_NATIVE_BINDING_METHOD_H_
