#include <cstring>
#include <string_view>

#include "binding/convert.h"
#include "tensorflow/data_type.h"
#include "tensorflow/status.h"

namespace runtime {
namespace {

// The typed array that stands for a data type, and its elements per value.
struct HostType {
  napi_typedarray_type array;
  size_t elements_per_value;
};

HostType HostTypeOf(TF_DataType type) {
  switch (type) {
    case TF_FLOAT:
      return {napi_float32_array, 1};
    case TF_COMPLEX64:
      return {napi_float32_array, 2};
    case TF_DOUBLE:
      return {napi_float64_array, 1};
    case TF_COMPLEX128:
      return {napi_float64_array, 2};
    case TF_INT32:
    case TF_QINT32:
      return {napi_int32_array, 1};
    case TF_UINT32:
      return {napi_uint32_array, 1};
    case TF_INT16:
    case TF_QINT16:
      return {napi_int16_array, 1};
    case TF_UINT16:
    case TF_QUINT16:
    case TF_HALF:
    case TF_BFLOAT16:
      return {napi_uint16_array, 1};
    case TF_INT8:
    case TF_QINT8:
      return {napi_int8_array, 1};
    case TF_UINT8:
    case TF_QUINT8:
    case TF_BOOL:
      return {napi_uint8_array, 1};
    case TF_INT64:
      return {napi_bigint64_array, 1};
    case TF_UINT64:
      return {napi_biguint64_array, 1};
    default:
      throw TensorFlowError(TF_UNIMPLEMENTED,
                            "a tensor of type " + DataTypeName(type) +
                                " has no values in JavaScript");
  }
}

const char* ArrayName(napi_typedarray_type type) {
  switch (type) {
    case napi_int8_array:
      return "Int8Array";
    case napi_uint8_array:
      return "Uint8Array";
    case napi_uint8_clamped_array:
      return "Uint8ClampedArray";
    case napi_int16_array:
      return "Int16Array";
    case napi_uint16_array:
      return "Uint16Array";
    case napi_int32_array:
      return "Int32Array";
    case napi_uint32_array:
      return "Uint32Array";
    case napi_float32_array:
      return "Float32Array";
    case napi_float64_array:
      return "Float64Array";
    case napi_bigint64_array:
      return "BigInt64Array";
    case napi_biguint64_array:
      return "BigUint64Array";
    default:
      return "typed array";
  }
}

TensorFlowError WrongLength(const std::string& what,
                            const Dimensions& dimensions, size_t expected,
                            size_t got) {
  return InvalidArgument(what + ": shape " + ToString(dimensions) + " needs " +
                         std::to_string(expected) + " values, got " +
                         std::to_string(got));
}

TensorPtr FromTypedArray(const Dimensions& dimensions, TF_DataType type,
                         const Napi::TypedArray& array,
                         const std::string& what) {
  HostType host = HostTypeOf(type);
  if (type == TF_INT64 && array.TypedArrayType() == napi_int32_array) {
    host = {napi_int32_array, 2};
  }
  if (array.TypedArrayType() != host.array) {
    throw InvalidArgument(what + ": a tensor of type " + DataTypeName(type) +
                          " takes a " + ArrayName(host.array) + ", got a " +
                          ArrayName(array.TypedArrayType()));
  }
  const size_t expected =
      static_cast<size_t>(ElementCount(dimensions)) * host.elements_per_value;
  if (array.ElementLength() != expected) {
    throw WrongLength(what, dimensions, expected, array.ElementLength());
  }
  const auto* bytes = static_cast<const char*>(array.ArrayBuffer().Data());
  return NewTensor(type, dimensions,
                   bytes == nullptr ? nullptr : bytes + array.ByteOffset(),
                   array.ByteLength());
}

TensorPtr FromStrings(const Dimensions& dimensions, const Napi::Array& array,
                      const std::string& what) {
  const auto expected = static_cast<size_t>(ElementCount(dimensions));
  if (array.Length() != expected) {
    throw WrongLength(what, dimensions, expected, array.Length());
  }
  std::vector<std::string_view> strings;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value element = array.Get(i);
    if (!element.IsTypedArray() ||
        element.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
      throw InvalidArgument(what +
                            ": a tensor of strings takes an array of "
                            "Uint8Array (UTF-8 bytes)");
    }
    const auto bytes = element.As<Napi::Uint8Array>();
    strings.emplace_back(reinterpret_cast<const char*>(bytes.Data()),
                         bytes.ElementLength());
  }
  return NewStringTensor(dimensions, strings);
}

Napi::ArrayBuffer Copy(Napi::Env env, const void* bytes, size_t count) {
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env, count);
  if (count > 0) std::memcpy(buffer.Data(), bytes, count);
  return buffer;
}

Napi::Value NewTypedArray(Napi::Env env, napi_typedarray_type type,
                          const void* bytes, size_t byte_count, size_t length) {
  napi_value array;
  const napi_status status = napi_create_typedarray(
      env, type, length, Copy(env, bytes, byte_count), 0, &array);
  if (status != napi_ok) throw Napi::Error::New(env);
  return Napi::Value(env, array);
}

}  // namespace

TensorPtr ToTensor(const Napi::Value& shape, const Napi::Value& type_number,
                   const Napi::Value& values, const std::string& what) {
  const Dimensions dimensions = ToIntegers(shape, what + ": shape");
  const TF_DataType type = ToDataType(type_number, what + ": dtype");
  if (type == TF_STRING && values.IsArray()) {
    return FromStrings(dimensions, values.As<Napi::Array>(), what);
  }
  if (values.IsTypedArray()) {
    return FromTypedArray(dimensions, type, values.As<Napi::TypedArray>(),
                          what);
  }
  throw Napi::TypeError::New(
      values.Env(),
      what + ": values must be a typed array" +
          (type == TF_STRING ? ", or an array of Uint8Array" : "") +
          " for a tensor of type " + DataTypeName(type));
}

Napi::Value FromTensor(Napi::Env env, const TF_Tensor* tensor) {
  const TF_DataType type = TF_TensorType(tensor);
  if (type == TF_STRING) {
    const std::vector<std::string_view> strings = Strings(tensor);
    const Napi::Array array = Napi::Array::New(env, strings.size());
    for (uint32_t i = 0; i < strings.size(); ++i) {
      array.Set(i, NewTypedArray(env, napi_uint8_array, strings[i].data(),
                                 strings[i].size(), strings[i].size()));
    }
    return array;
  }
  const size_t byte_count = TF_TensorByteSize(tensor);
  if (type == TF_RESOURCE) {
    // Opaque bytes, as tfjs-node has them.
    return NewTypedArray(env, napi_uint8_array, TF_TensorData(tensor),
                         byte_count, byte_count);
  }
  const HostType host = HostTypeOf(type);
  const size_t length = static_cast<size_t>(TF_TensorElementCount(tensor)) *
                        host.elements_per_value;
  return NewTypedArray(env, host.array, TF_TensorData(tensor), byte_count,
                       length);
}

}  // namespace runtime
