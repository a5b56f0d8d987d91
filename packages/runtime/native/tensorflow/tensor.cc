#include "tensorflow/tensor.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "tensorflow/data_type.h"
#include "tensorflow/status.h"

namespace runtime {
namespace {

constexpr size_t kAlignment = 64;
constexpr int64_t kMaxElements = int64_t{1} << 53;

void* Allocate(size_t byte_count) {
  // aligned_alloc takes multiples of the alignment only.
  const size_t rounded = (byte_count / kAlignment + 1) * kAlignment;
  void* data = std::aligned_alloc(kAlignment, rounded);
  if (data == nullptr) throw std::bad_alloc();
  return data;
}

void Deallocate(void* data, size_t, void*) { std::free(data); }

// TensorFlow does not run destructors of strings it did not construct.
void DeallocateStrings(void* data, size_t byte_count, void*) {
  auto* strings = static_cast<TF_TString*>(data);
  for (size_t i = 0; i < byte_count / sizeof(TF_TString); ++i) {
    TF_TString_Dealloc(strings + i);
  }
  std::free(data);
}

TensorPtr Wrap(TF_DataType type, const Dimensions& dimensions, void* data,
               size_t byte_count, void (*deallocate)(void*, size_t, void*)) {
  TensorPtr tensor(TF_NewTensor(type, dimensions.data(),
                                static_cast<int>(dimensions.size()), data,
                                byte_count, deallocate, nullptr));
  if (tensor == nullptr) {
    throw InvalidArgument("TensorFlow rejected a " + DataTypeName(type) +
                          " tensor of shape " + ToString(dimensions));
  }
  return tensor;
}

}  // namespace

std::string ToString(const Dimensions& dimensions) {
  std::string text = "[";
  for (size_t i = 0; i < dimensions.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(dimensions[i]);
  }
  return text + "]";
}

int64_t ElementCount(const Dimensions& dimensions) {
  int64_t count = 1;
  for (const int64_t dimension : dimensions) {
    if (dimension < 0) {
      throw InvalidArgument("shape " + ToString(dimensions) +
                            " has a negative dimension");
    }
    if (dimension > 0 && count > kMaxElements / dimension) {
      throw InvalidArgument("shape " + ToString(dimensions) + " is too large");
    }
    count *= dimension;
  }
  return count;
}

TensorPtr NewTensor(TF_DataType type, const Dimensions& dimensions,
                    const void* bytes, size_t byte_count) {
  void* data = Allocate(byte_count);
  if (byte_count > 0) std::memcpy(data, bytes, byte_count);
  return Wrap(type, dimensions, data, byte_count, Deallocate);
}

TensorPtr NewStringTensor(const Dimensions& dimensions,
                          const std::vector<std::string_view>& strings) {
  const size_t byte_count = strings.size() * sizeof(TF_TString);
  auto* data = static_cast<TF_TString*>(Allocate(byte_count));
  for (size_t i = 0; i < strings.size(); ++i) {
    TF_TString_Init(data + i);
    TF_TString_Copy(data + i, strings[i].data(), strings[i].size());
  }
  return Wrap(TF_STRING, dimensions, data, byte_count, DeallocateStrings);
}

std::vector<std::string_view> Strings(const TF_Tensor* tensor) {
  const auto* data = static_cast<const TF_TString*>(TF_TensorData(tensor));
  std::vector<std::string_view> strings;
  for (int64_t i = 0; i < TF_TensorElementCount(tensor); ++i) {
    strings.emplace_back(TF_TString_GetDataPointer(data + i),
                         TF_TString_GetSize(data + i));
  }
  return strings;
}

HandlePtr ToDevice(const Context& context, const TF_Tensor* tensor) {
  Status status;
  HandlePtr handle = OwnHandle(TFE_NewTensorHandle(tensor, status.get()));
  status.Check("creating a tensor");
  const TF_DataType type = TF_TensorType(tensor);
  if (!context.has_gpu() || type == TF_INT32 || type == TF_STRING) {
    return handle;
  }
  HandlePtr copy = OwnHandle(TFE_TensorHandleCopyToDevice(
      handle.get(), context.get(), context.default_device().name.c_str(),
      status.get()));
  status.Check("copying a tensor to " + context.default_device().name);
  return copy;
}

TensorPtr ToHost(const HandlePtr& handle) {
  Status status;
  TensorPtr tensor(TFE_TensorHandleResolve(handle.get(), status.get()));
  status.Check("reading a tensor");
  return tensor;
}

Dimensions Shape(const HandlePtr& handle) {
  Status status;
  const int rank = TFE_TensorHandleNumDims(handle.get(), status.get());
  status.Check("rank of a tensor");
  Dimensions dimensions(static_cast<size_t>(rank));
  for (int i = 0; i < rank; ++i) {
    dimensions[i] = TFE_TensorHandleDim(handle.get(), i, status.get());
    status.Check("shape of a tensor");
  }
  return dimensions;
}

}  // namespace runtime
