#include "tensorflow/data_type.h"

#include "tensorflow/status.h"

namespace runtime {
namespace {

// Indexed by TF_DataType.
constexpr const char* kNames[] = {
    nullptr,      "float",  "double",    "int32",   "uint8",   "int16",
    "int8",       "string", "complex64", "int64",   "bool",    "qint8",
    "quint8",     "qint32", "bfloat16",  "qint16",  "quint16", "uint16",
    "complex128", "half",   "resource",  "variant", "uint32",  "uint64"};
constexpr int kNameCount = sizeof(kNames) / sizeof(kNames[0]);
static_assert(TF_BFLOAT16 == 14 && TF_HALF == 19 && TF_UINT64 == 23,
              "kNames is indexed by TF_DataType");

}  // namespace

std::string DataTypeName(TF_DataType type) {
  const int number = static_cast<int>(type);
  if (number > 0 && number < kNameCount) return kNames[number];
  return "type " + std::to_string(number);
}

TF_DataType CheckedDataType(int64_t number) {
  if (number <= 0 || number >= kNameCount) {
    throw InvalidArgument("data type " + std::to_string(number) +
                          " is not one of TensorFlow's (1 to " +
                          std::to_string(kNameCount - 1) + ")");
  }
  return static_cast<TF_DataType>(number);
}

}  // namespace runtime
