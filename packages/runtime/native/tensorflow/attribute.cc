#include "tensorflow/attribute.h"

#include "tensorflow/status.h"

namespace runtime {
namespace {

// The arrays of pointers and lengths that the C API takes for list(string)
// and list(shape).
struct StringList {
  explicit StringList(const std::vector<std::string>& strings) {
    for (const std::string& string : strings) {
      values.push_back(string.data());
      lengths.push_back(string.size());
    }
  }
  std::vector<const void*> values;
  std::vector<size_t> lengths;
};

int Rank(const ShapeAttribute& shape) {
  return shape.unknown_rank ? -1 : static_cast<int>(shape.dimensions.size());
}

struct ShapeList {
  explicit ShapeList(const std::vector<ShapeAttribute>& shapes) {
    for (const ShapeAttribute& shape : shapes) {
      dimensions.push_back(shape.dimensions.data());
      ranks.push_back(Rank(shape));
    }
  }
  std::vector<const int64_t*> dimensions;
  std::vector<int> ranks;
};

template <typename T>
int Count(const std::vector<T>& list) {
  return static_cast<int>(list.size());
}

struct EagerSetter {
  TFE_Op* op;
  const char* name;

  void operator()(const std::string& value) const {
    TFE_OpSetAttrString(op, name, value.data(), value.size());
  }
  void operator()(int64_t value) const { TFE_OpSetAttrInt(op, name, value); }
  void operator()(float value) const { TFE_OpSetAttrFloat(op, name, value); }
  void operator()(bool value) const { TFE_OpSetAttrBool(op, name, value); }
  void operator()(TF_DataType value) const {
    TFE_OpSetAttrType(op, name, value);
  }
  void operator()(const ShapeAttribute& value) const {
    Status status;
    TFE_OpSetAttrShape(op, name, value.dimensions.data(), Rank(value),
                       status.get());
    status.Check(std::string("attribute ") + name);
  }
  void operator()(const FunctionAttribute& value) const {
    TFE_OpSetAttrFunctionName(op, name, value.name.data(), value.name.size());
  }
  void operator()(const std::vector<std::string>& value) const {
    const StringList list(value);
    TFE_OpSetAttrStringList(op, name, list.values.data(), list.lengths.data(),
                            Count(value));
  }
  void operator()(const std::vector<int64_t>& value) const {
    TFE_OpSetAttrIntList(op, name, value.data(), Count(value));
  }
  void operator()(const std::vector<float>& value) const {
    TFE_OpSetAttrFloatList(op, name, value.data(), Count(value));
  }
  void operator()(const std::vector<unsigned char>& value) const {
    TFE_OpSetAttrBoolList(op, name, value.data(), Count(value));
  }
  void operator()(const std::vector<TF_DataType>& value) const {
    TFE_OpSetAttrTypeList(op, name, value.data(), Count(value));
  }
  void operator()(const std::vector<ShapeAttribute>& value) const {
    ShapeList list(value);
    Status status;
    TFE_OpSetAttrShapeList(op, name, list.dimensions.data(), list.ranks.data(),
                           Count(value), status.get());
    status.Check(std::string("attribute ") + name);
  }
};

struct GraphSetter {
  TF_OperationDescription* node;
  const char* name;

  void operator()(const std::string& value) const {
    TF_SetAttrString(node, name, value.data(), value.size());
  }
  void operator()(int64_t value) const { TF_SetAttrInt(node, name, value); }
  void operator()(float value) const { TF_SetAttrFloat(node, name, value); }
  void operator()(bool value) const { TF_SetAttrBool(node, name, value); }
  void operator()(TF_DataType value) const {
    TF_SetAttrType(node, name, value);
  }
  void operator()(const ShapeAttribute& value) const {
    TF_SetAttrShape(node, name, value.dimensions.data(), Rank(value));
  }
  void operator()(const FunctionAttribute& value) const {
    TF_SetAttrFuncName(node, name, value.name.data(), value.name.size());
  }
  void operator()(const std::vector<std::string>& value) const {
    const StringList list(value);
    TF_SetAttrStringList(node, name, list.values.data(), list.lengths.data(),
                         Count(value));
  }
  void operator()(const std::vector<int64_t>& value) const {
    TF_SetAttrIntList(node, name, value.data(), Count(value));
  }
  void operator()(const std::vector<float>& value) const {
    TF_SetAttrFloatList(node, name, value.data(), Count(value));
  }
  void operator()(const std::vector<unsigned char>& value) const {
    TF_SetAttrBoolList(node, name, value.data(), Count(value));
  }
  void operator()(const std::vector<TF_DataType>& value) const {
    TF_SetAttrTypeList(node, name, value.data(), Count(value));
  }
  void operator()(const std::vector<ShapeAttribute>& value) const {
    const ShapeList list(value);
    TF_SetAttrShapeList(node, name, list.dimensions.data(), list.ranks.data(),
                        Count(value));
  }
};

}  // namespace

void SetAttribute(TFE_Op* op, const Attribute& attribute) {
  std::visit(EagerSetter{op, attribute.name.c_str()}, attribute.value);
}

void SetAttribute(TF_OperationDescription* node, const Attribute& attribute) {
  std::visit(GraphSetter{node, attribute.name.c_str()}, attribute.value);
}

}  // namespace runtime
