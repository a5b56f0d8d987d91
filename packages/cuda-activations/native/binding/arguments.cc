#include "arguments.h"

#include <cmath>
#include <limits>
#include <string>

namespace cuda_activations::binding {

namespace {

constexpr double kMostSafe = 9007199254740991.0;  // 2^53 - 1

std::string Describe(const Napi::Value& value) {
  switch (value.Type()) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_number:
    case napi_boolean:
    case napi_bigint:
      return value.ToString().Utf8Value();
    case napi_string:
      return "\"" + value.As<Napi::String>().Utf8Value() + "\"";
    case napi_object:
      return value.IsTypedArray() ? "another kind of typed array" : "an object";
    default:
      return "another kind of value";
  }
}

[[noreturn]] void ThrowType(const Napi::Value& value, const std::string& name,
                            const std::string& expected) {
  throw Napi::TypeError::New(value.Env(), name + ": expected " + expected +
                                              ", got " + Describe(value));
}

const char* ArrayType(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return "Float32Array";
    case DType::kFloat64:
      return "Float64Array";
    default:
      return "Uint16Array";
  }
}

napi_typedarray_type NapiType(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return napi_float32_array;
    case DType::kFloat64:
      return napi_float64_array;
    default:
      return napi_uint16_array;
  }
}

}  // namespace

int32_t Arguments::Number(size_t index, const char* name) const {
  const double value = Real(index, name);
  if (value != std::trunc(value) || std::abs(value) > 2147483647.0)
    ThrowType(At(index), name, "a 32-bit whole number");
  return static_cast<int32_t>(value);
}

int64_t Arguments::Size(size_t index, const char* name, int64_t least) const {
  const double value = Real(index, name);
  if (value != std::trunc(value) || value < static_cast<double>(least) ||
      value > kMostSafe) {
    ThrowType(At(index), name,
              "a whole number from " + std::to_string(least) + " up");
  }
  return static_cast<int64_t>(value);
}

double Arguments::Real(size_t index, const char* name) const {
  const Napi::Value value = At(index);
  if (!value.IsNumber()) ThrowType(value, name, "a number");
  return value.As<Napi::Number>().DoubleValue();
}

uint64_t Arguments::Unsigned64(size_t index, const char* name) const {
  const Napi::Value value = At(index);
  if (value.IsBigInt()) {
    bool lossless = false;
    const uint64_t bits = value.As<Napi::BigInt>().Uint64Value(&lossless);
    if (lossless) return bits;
  } else if (value.IsNumber()) {
    const double number = value.As<Napi::Number>().DoubleValue();
    if (number >= 0 && number <= kMostSafe && number == std::trunc(number))
      return static_cast<uint64_t>(number);
  }
  ThrowType(value, name, "a whole number from 0, or a bigint below 2^64");
}

DType Arguments::Type(size_t index) const {
  const int32_t number = Number(index, "dtype");
  if (number < 0 || number >= kDTypeCount)
    ThrowType(At(index), "dtype", "a number from 0 to 3");
  return static_cast<DType>(number);
}

PointwiseId Arguments::Pointwise(size_t index) const {
  const auto id = static_cast<PointwiseId>(Number(index, "activation"));
  Call(Env(), [id] { Info(id); });
  return id;
}

GatedId Arguments::Gated(size_t index) const {
  const auto id = static_cast<GatedId>(Number(index, "activation"));
  Call(Env(), [id] { Info(id); });
  return id;
}

RowwiseId Arguments::Rowwise(size_t index) const {
  const auto id = static_cast<RowwiseId>(Number(index, "activation"));
  Call(Env(), [id] { Info(id); });
  return id;
}

Parameters Arguments::ParametersOf(size_t index, PointwiseId id) const {
  const Napi::Value value = At(index);
  const int count = Info(id).parameter_count;
  const std::string expected =
      "an array of " + std::to_string(count) + " numbers";
  if (!value.IsArray()) ThrowType(value, "parameters", expected);
  const Napi::Array array = value.As<Napi::Array>();
  if (array.Length() != static_cast<uint32_t>(count)) {
    throw Napi::TypeError::New(Env(), "parameters: expected " + expected +
                                          ", got " +
                                          std::to_string(array.Length()));
  }
  Parameters parameters;
  for (int i = 0; i < count; ++i) {
    const Napi::Value element = array.Get(static_cast<uint32_t>(i));
    if (!element.IsNumber()) ThrowType(element, "parameters", expected);
    parameters.value[i] = element.As<Napi::Number>().DoubleValue();
  }
  return parameters;
}

Array Arguments::Elements(size_t index, const char* name, DType dtype) const {
  const Napi::Value value = At(index);
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(Env(), value, &type, &length, &data, nullptr,
                               nullptr) != napi_ok ||
      type != NapiType(dtype)) {
    ThrowType(value, name, std::string("a ") + ArrayType(dtype));
  }
  if (data == nullptr) length = 0;
  return {name, length == 0 ? nullptr : data, static_cast<int64_t>(length)};
}

Array Arguments::OptionalElements(size_t index, const char* name,
                                  DType dtype) const {
  const Napi::Value value = At(index);
  if (value.IsUndefined() || value.IsNull()) return {name, nullptr, 0};
  return Elements(index, name, dtype);
}

void RequireLength(Napi::Env env, const Array& array, int64_t length) {
  if (array.length == length) return;
  throw Napi::RangeError::New(
      env, std::string(array.name) + ": expected " + std::to_string(length) +
               " elements, got " + std::to_string(array.length));
}

ChannelLayout LayoutOf(Napi::Env env, const Array& x, int64_t channels,
                       int64_t inner) {
  int64_t row = 0;
  const bool overflow = __builtin_mul_overflow(channels, inner, &row);
  if (overflow || (row == 0 ? x.length != 0 : x.length % row != 0)) {
    throw Napi::RangeError::New(
        env, std::string(x.name) +
                 ": expected a multiple of channels x inner (" +
                 std::to_string(channels) + " x " + std::to_string(inner) +
                 ") elements, got " + std::to_string(x.length));
  }
  return {row == 0 ? 0 : x.length / row, channels, inner};
}

std::unique_ptr<double[]> Workspace(int64_t bytes) {
  if (bytes == 0) return nullptr;
  return std::unique_ptr<double[]>(
      new double[static_cast<size_t>((bytes + 7) / 8)]);
}

}  // namespace cuda_activations::binding
