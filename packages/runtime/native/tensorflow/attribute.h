#ifndef RUNTIME_NATIVE_TENSORFLOW_ATTRIBUTE_H_
#define RUNTIME_NATIVE_TENSORFLOW_ATTRIBUTE_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "tensorflow/handles.h"

namespace runtime {

struct ShapeAttribute {
  bool unknown_rank = false;
  std::vector<int64_t> dimensions;  // -1 where unknown
};

struct FunctionAttribute {
  std::string name;
};

using AttributeValue =
    std::variant<std::string, int64_t, float, bool, TF_DataType, ShapeAttribute,
                 FunctionAttribute, std::vector<std::string>,
                 std::vector<int64_t>, std::vector<float>,
                 std::vector<unsigned char>, std::vector<TF_DataType>,
                 std::vector<ShapeAttribute>>;

// One attribute of an op, free of JavaScript and of any TensorFlow object.
struct Attribute {
  std::string name;
  AttributeValue value;
};

// Sets the attribute on an eager op.
void SetAttribute(TFE_Op* op, const Attribute& attribute);

// Sets the attribute on a node under construction.
void SetAttribute(TF_OperationDescription* node, const Attribute& attribute);

}  // namespace runtime

#endif  // RUNTIME_NATIVE_TENSORFLOW_ATTRIBUTE_H_
