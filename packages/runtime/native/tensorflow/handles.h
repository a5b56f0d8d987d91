#ifndef RUNTIME_NATIVE_TENSORFLOW_HANDLES_H_
#define RUNTIME_NATIVE_TENSORFLOW_HANDLES_H_

#include <memory>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/eager/c_api.h"

namespace runtime {

// Each object of TensorFlow's C API is owned by a unique_ptr whose deleter is
// the C function that frees it.
template <auto Delete>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Delete(object);
  }
};

using BufferPtr = std::unique_ptr<TF_Buffer, Deleter<TF_DeleteBuffer>>;
using ContextOptionsPtr =
    std::unique_ptr<TFE_ContextOptions, Deleter<TFE_DeleteContextOptions>>;
using ContextPtr = std::unique_ptr<TFE_Context, Deleter<TFE_DeleteContext>>;
using DeviceListPtr =
    std::unique_ptr<TF_DeviceList, Deleter<TF_DeleteDeviceList>>;
using FunctionPtr = std::unique_ptr<TF_Function, Deleter<TF_DeleteFunction>>;
using GraphPtr = std::unique_ptr<TF_Graph, Deleter<TF_DeleteGraph>>;
using LibraryPtr = std::unique_ptr<TF_Library, Deleter<TF_DeleteLibraryHandle>>;
using OpPtr = std::unique_ptr<TFE_Op, Deleter<TFE_DeleteOp>>;
using SessionOptionsPtr =
    std::unique_ptr<TF_SessionOptions, Deleter<TF_DeleteSessionOptions>>;
using TensorPtr = std::unique_ptr<TF_Tensor, Deleter<TF_DeleteTensor>>;

// Shared, because a read on another thread must outlive deleteTensor().
using HandlePtr = std::shared_ptr<TFE_TensorHandle>;

inline HandlePtr OwnHandle(TFE_TensorHandle* handle) {
  return HandlePtr(handle, Deleter<TFE_DeleteTensorHandle>());
}

}  // namespace runtime

#endif  // RUNTIME_NATIVE_TENSORFLOW_HANDLES_H_
