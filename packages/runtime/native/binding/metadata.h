#ifndef RUNTIME_NATIVE_BINDING_METADATA_H_
#define RUNTIME_NATIVE_BINDING_METADATA_H_

#include <napi.h>

#include <vector>

#include "binding/session.h"

namespace runtime {

// Numbers the tensors and returns their [{id, shape, dtype}].
Napi::Array InsertTensors(Napi::Env env, Session& session,
                          std::vector<HandlePtr> handles);

}  // namespace runtime

#endif  // RUNTIME_NATIVE_BINDING_METADATA_H_
