#include "binding/convert.h"

#include <cmath>
#include <limits>

#include "tensorflow/data_type.h"
#include "tensorflow/status.h"

namespace runtime {
namespace {

// A short description of a value for an error message.
std::string Describe(const Napi::Value& value) {
  switch (value.Type()) {
    case napi_undefined:
      return "undefined";
    case napi_null:
      return "null";
    case napi_boolean:
    case napi_number:
      return value.ToString().Utf8Value();
    case napi_string:
      return "\"" + value.As<Napi::String>().Utf8Value() + "\"";
    case napi_function:
      return "a function";
    case napi_object:
      return value.IsArray()        ? "an array"
             : value.IsTypedArray() ? "a typed array"
                                    : "an object";
    default:
      return "an unsupported value";
  }
}

Napi::TypeError Expected(const Napi::Value& value, const std::string& what,
                         const char* expectation) {
  return Napi::TypeError::New(value.Env(), what + " must be " + expectation +
                                               ", got " + Describe(value));
}

Napi::Array ToArray(const Napi::Value& value, const std::string& what) {
  if (!value.IsArray()) throw Expected(value, what, "an array");
  return value.As<Napi::Array>();
}

float ToFloat(const Napi::Value& value, const std::string& what) {
  if (!value.IsNumber()) throw Expected(value, what, "a number");
  return static_cast<float>(value.As<Napi::Number>().DoubleValue());
}

ShapeAttribute ToShape(const Napi::Value& value, const std::string& what) {
  if (value.IsNull()) return {true, {}};
  return {false, ToIntegers(value, what)};
}

FunctionAttribute ToFunction(const Napi::Value& value,
                             const std::string& what) {
  return {ToText(value, what)};
}

// Attributes whose JavaScript value is an array are lists, except for shapes:
// an array of arrays is a list of shapes.
template <typename T, typename Convert>
std::vector<T> ToList(const Napi::Value& value, const std::string& what,
                      Convert convert) {
  const Napi::Array array = ToArray(value, what);
  std::vector<T> list;
  list.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    list.push_back(static_cast<T>(convert(array.Get(i), what)));
  }
  return list;
}

AttributeValue ToAttributeValue(TF_AttrType type, const Napi::Value& value,
                                const std::string& what) {
  const bool is_list = value.IsArray();
  switch (type) {
    case TF_ATTR_STRING:
      if (is_list) return ToList<std::string>(value, what, ToText);
      return ToText(value, what);
    case TF_ATTR_INT:
      if (is_list) return ToList<int64_t>(value, what, ToInteger);
      return ToInteger(value, what);
    case TF_ATTR_FLOAT:
      if (is_list) return ToList<float>(value, what, ToFloat);
      return ToFloat(value, what);
    case TF_ATTR_BOOL:
      if (is_list) return ToList<unsigned char>(value, what, ToBoolean);
      return ToBoolean(value, what);
    case TF_ATTR_TYPE:
      if (is_list) return ToList<TF_DataType>(value, what, ToDataType);
      return ToDataType(value, what);
    case TF_ATTR_SHAPE:
      if (is_list && value.As<Napi::Array>().Length() > 0 &&
          !value.As<Napi::Array>().Get(0u).IsNumber()) {
        return ToList<ShapeAttribute>(value, what, ToShape);
      }
      return ToShape(value, what);
    case TF_ATTR_FUNC:
      return ToFunction(value, what);
    default:
      throw InvalidArgument(what + " has attribute type " +
                            std::to_string(static_cast<int>(type)) +
                            ", which is not supported");
  }
}

}  // namespace

int64_t ToInteger(const Napi::Value& value, const std::string& what) {
  if (!value.IsNumber()) throw Expected(value, what, "an integer");
  const double number = value.As<Napi::Number>().DoubleValue();
  constexpr double kLimit = 9007199254740992.0;  // 2^53
  if (std::trunc(number) != number || std::abs(number) > kLimit) {
    throw Expected(value, what, "an integer");
  }
  return static_cast<int64_t>(number);
}

int32_t ToId(const Napi::Value& value, const std::string& what) {
  const int64_t number = ToInteger(value, what);
  if (number < std::numeric_limits<int32_t>::min() ||
      number > std::numeric_limits<int32_t>::max()) {
    throw Expected(value, what, "a 32-bit integer");
  }
  return static_cast<int32_t>(number);
}

bool ToBoolean(const Napi::Value& value, const std::string& what) {
  if (!value.IsBoolean()) throw Expected(value, what, "a boolean");
  return value.As<Napi::Boolean>().Value();
}

std::string ToText(const Napi::Value& value, const std::string& what) {
  if (!value.IsString()) throw Expected(value, what, "a string");
  return value.As<Napi::String>().Utf8Value();
}

Napi::Object ToObject(const Napi::Value& value, const std::string& what) {
  if (!value.IsObject()) throw Expected(value, what, "an object");
  return value.As<Napi::Object>();
}

std::vector<int64_t> ToIntegers(const Napi::Value& value,
                                const std::string& what) {
  return ToList<int64_t>(value, what, ToInteger);
}

std::vector<int32_t> ToIds(const Napi::Value& value, const std::string& what) {
  return ToList<int32_t>(value, what, ToId);
}

std::vector<std::string> ToTexts(const Napi::Value& value,
                                 const std::string& what) {
  return ToList<std::string>(value, what, ToText);
}

TF_DataType ToDataType(const Napi::Value& value, const std::string& what) {
  return CheckedDataType(ToInteger(value, what));
}

std::vector<Attribute> ToAttributes(const Napi::Value& value,
                                    const std::string& what) {
  const Napi::Array array = ToArray(value, what);
  std::vector<Attribute> attributes;
  attributes.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Object object = ToObject(array.Get(i), what + " element");
    std::string name = ToText(object.Get("name"), what + " name");
    const std::string described = what + " " + name;
    const auto type =
        static_cast<TF_AttrType>(ToId(object.Get("type"), described));
    AttributeValue attribute =
        ToAttributeValue(type, object.Get("value"), described);
    attributes.push_back({std::move(name), std::move(attribute)});
  }
  return attributes;
}

std::vector<NodeOutput> ToNodeOutputs(const Napi::Value& value,
                                      const std::string& what) {
  const std::vector<int32_t> numbers = ToIds(value, what);
  if (numbers.size() % 2 != 0) {
    throw InvalidArgument(what + " must hold pairs of node and output");
  }
  std::vector<NodeOutput> outputs;
  for (size_t i = 0; i < numbers.size(); i += 2) {
    outputs.push_back({numbers[i], numbers[i + 1]});
  }
  return outputs;
}

Napi::Array FromDimensions(Napi::Env env, const Dimensions& dimensions) {
  const Napi::Array array = Napi::Array::New(env, dimensions.size());
  for (uint32_t i = 0; i < dimensions.size(); ++i) {
    array.Set(i, Napi::Number::New(env, static_cast<double>(dimensions[i])));
  }
  return array;
}

}  // namespace runtime
