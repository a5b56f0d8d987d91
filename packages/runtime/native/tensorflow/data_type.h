#ifndef RUNTIME_NATIVE_TENSORFLOW_DATA_TYPE_H_
#define RUNTIME_NATIVE_TENSORFLOW_DATA_TYPE_H_

#include <cstdint>
#include <string>

#include "tensorflow/c/tf_datatype.h"

namespace runtime {

// TensorFlow's name of a data type, e.g. "float" or "bfloat16".
std::string DataTypeName(TF_DataType type);

// The data type with this number; throws INVALID_ARGUMENT for a number that
// is none (TensorFlow itself aborts on some of those).
TF_DataType CheckedDataType(int64_t number);

}  // namespace runtime

#endif  // RUNTIME_NATIVE_TENSORFLOW_DATA_TYPE_H_
