#ifndef RUNTIME_NATIVE_BINDING_CONVERT_H_
#define RUNTIME_NATIVE_BINDING_CONVERT_H_

#include <napi.h>

#include <string>
#include <vector>

#include "tensorflow/attribute.h"
#include "tensorflow/graph.h"
#include "tensorflow/tensor.h"

namespace runtime {

// JavaScript values to plain structs and back. `what` names the argument in
// errors: "executeOp: inputs must be an array of integers, got undefined".

int64_t ToInteger(const Napi::Value& value, const std::string& what);
int32_t ToId(const Napi::Value& value, const std::string& what);
bool ToBoolean(const Napi::Value& value, const std::string& what);
std::string ToText(const Napi::Value& value, const std::string& what);
Napi::Object ToObject(const Napi::Value& value, const std::string& what);
std::vector<int64_t> ToIntegers(const Napi::Value& value,
                                const std::string& what);
std::vector<int32_t> ToIds(const Napi::Value& value, const std::string& what);
std::vector<std::string> ToTexts(const Napi::Value& value,
                                 const std::string& what);
TF_DataType ToDataType(const Napi::Value& value, const std::string& what);
std::vector<Attribute> ToAttributes(const Napi::Value& value,
                                    const std::string& what);

// Flat pairs [node, output, node, output, ...].
std::vector<NodeOutput> ToNodeOutputs(const Napi::Value& value,
                                      const std::string& what);

// Values as tfjs holds them: a typed array, or an array of Uint8Array for
// strings. float16 and bfloat16 are bits in a Uint16Array; an int64 is a
// BigInt64Array, or an Int32Array with two elements (low, high) for each.
TensorPtr ToTensor(const Napi::Value& shape, const Napi::Value& type,
                   const Napi::Value& values, const std::string& what);

// The tensor's values in the same form; int64 as BigInt64Array.
Napi::Value FromTensor(Napi::Env env, const TF_Tensor* tensor);

Napi::Array FromDimensions(Napi::Env env, const Dimensions& dimensions);

}  // namespace runtime

#endif  // RUNTIME_NATIVE_BINDING_CONVERT_H_
