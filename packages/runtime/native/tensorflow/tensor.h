#ifndef RUNTIME_NATIVE_TENSORFLOW_TENSOR_H_
#define RUNTIME_NATIVE_TENSORFLOW_TENSOR_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tensorflow/context.h"
#include "tensorflow/handles.h"

namespace runtime {

using Dimensions = std::vector<int64_t>;

// "[2, 3]"
std::string ToString(const Dimensions& dimensions);

// The number of elements; throws INVALID_ARGUMENT for a negative dimension or
// a product beyond 2^53.
int64_t ElementCount(const Dimensions& dimensions);

// A host tensor that holds a copy of `bytes`, aligned for SIMD loads.
TensorPtr NewTensor(TF_DataType type, const Dimensions& dimensions,
                    const void* bytes, size_t byte_count);

// A host tensor of strings.
TensorPtr NewStringTensor(const Dimensions& dimensions,
                          const std::vector<std::string_view>& strings);

// The strings of a host tensor; views into it.
std::vector<std::string_view> Strings(const TF_Tensor* tensor);

// A handle to the tensor: on the context's default device, or on the host for
// int32 and strings (TensorFlow's GPU kernels expect int32 in host memory).
HandlePtr ToDevice(const Context& context, const TF_Tensor* tensor);

// The handle's value in host memory; blocks until it is computed.
TensorPtr ToHost(const HandlePtr& handle);

Dimensions Shape(const HandlePtr& handle);

}  // namespace runtime

#endif  // RUNTIME_NATIVE_TENSORFLOW_TENSOR_H_
