// Brings TensorFlow's shared libraries into the process before the binding is
// loaded. The binding names them by soname only; the dynamic linker takes the
// copies loaded here, wherever they lie, so that no path is built in and a
// missing or broken library is a JavaScript error.

#include <dlfcn.h>
#include <napi.h>

#include <cstdlib>
#include <string>

#include "loader/quiet.h"

namespace {

// setDefaultEnvironment(name, value): process.env does not reach getenv() in
// worker threads.
Napi::Value SetDefaultEnvironment(const Napi::CallbackInfo& info) {
  setenv(info[0].As<Napi::String>().Utf8Value().c_str(),
         info[1].As<Napi::String>().Utf8Value().c_str(), /*overwrite=*/0);
  return info.Env().Undefined();
}

// open(path): keeps the library loaded until the process ends.
Napi::Value Open(const Napi::CallbackInfo& info) {
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  const bool is_open = [&path] {
    const loader::QuietStandardError quiet;
    return dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL) != nullptr;
  }();
  if (!is_open) throw Napi::Error::New(info.Env(), dlerror());
  return info.Env().Undefined();
}

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("setDefaultEnvironment",
              Napi::Function::New<SetDefaultEnvironment>(env));
  exports.Set("open", Napi::Function::New<Open>(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(loader, Initialize)
