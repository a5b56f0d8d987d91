#include "tensorflow/graph.h"

#include <unordered_set>

#include "tensorflow/data_type.h"
#include "tensorflow/status.h"

namespace runtime {
namespace {

std::vector<TF_Output> Slice(const std::vector<TF_Output>& inputs, size_t begin,
                             size_t count) {
  return {inputs.begin() + static_cast<std::ptrdiff_t>(begin),
          inputs.begin() + static_cast<std::ptrdiff_t>(begin + count)};
}

// The number of tensors in a list input: given by an attribute where there is
// one, else whatever the other inputs leave.
size_t ListLength(const OpDefinition& definition,
                  const OpDefinition::Input& input,
                  const std::vector<Attribute>& attributes,
                  size_t input_count) {
  for (const Attribute& attribute : attributes) {
    if (!input.number_attribute.empty() &&
        attribute.name == input.number_attribute) {
      if (const auto* count = std::get_if<int64_t>(&attribute.value)) {
        return static_cast<size_t>(*count);
      }
    }
    if (!input.type_list_attribute.empty() &&
        attribute.name == input.type_list_attribute) {
      if (const auto* types =
              std::get_if<std::vector<TF_DataType>>(&attribute.value)) {
        return types->size();
      }
    }
  }
  const size_t others = definition.inputs.size() - 1;
  return input_count >= others ? input_count - others : 0;
}

// Attributes that adding the inputs sets.
std::unordered_set<std::string> InferredAttributes(
    const OpDefinition& definition,
    const std::vector<std::vector<TF_Output>>& arguments) {
  std::unordered_set<std::string> names;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].empty()) continue;
    const OpDefinition::Input& input = definition.inputs[i];
    names.insert(input.type_attribute);
    names.insert(input.number_attribute);
    names.insert(input.type_list_attribute);
  }
  return names;
}

}  // namespace

std::string Graph::NodeName(const std::string& name,
                            const std::string& op) const {
  return name.empty() ? op + "_" + std::to_string(nodes_.size()) : name;
}

int32_t Graph::Add(TF_OperationDescription* node, const std::string& op) {
  Status status;
  // Frees the description, also on failure.
  TF_Operation* operation = TF_FinishOperation(node, status.get());
  status.Check("node of op " + op);
  nodes_.push_back(operation);
  return static_cast<int32_t>(nodes_.size() - 1);
}

int32_t Graph::AddPlaceholder(const std::string& name, TF_DataType type,
                              const Dimensions& dimensions) {
  const std::string node_name = NodeName(name, "Placeholder");
  TF_OperationDescription* node =
      TF_NewOperation(graph_.get(), "Placeholder", node_name.c_str());
  TF_SetAttrType(node, "dtype", type);
  TF_SetAttrShape(node, "shape", dimensions.data(),
                  static_cast<int>(dimensions.size()));
  return Add(node, "Placeholder");
}

int32_t Graph::AddConstant(const std::string& name, const TF_Tensor* value) {
  const std::string node_name = NodeName(name, "Const");
  TF_OperationDescription* node =
      TF_NewOperation(graph_.get(), "Const", node_name.c_str());
  TF_SetAttrType(node, "dtype", TF_TensorType(value));
  Status status;
  TF_SetAttrTensor(node, "value", const_cast<TF_Tensor*>(value), status.get());
  const int32_t number = Add(node, "Const");
  status.Check("constant");
  return number;
}

int32_t Graph::AddNode(const std::string& name, const std::string& op,
                       const std::vector<Attribute>& attributes,
                       const std::vector<NodeOutput>& inputs,
                       const std::vector<int32_t>& control_inputs) {
  // Everything that can throw comes before the description exists: it is
  // freed by TF_FinishOperation alone.
  const OpDefinition& definition = FindOpDefinition(op);
  std::vector<TF_Output> outputs;
  for (const NodeOutput input : inputs) outputs.push_back(Output(input));
  std::vector<TF_Operation*> controls;
  for (const int32_t control : control_inputs) {
    controls.push_back(Node(control));
  }
  std::vector<std::vector<TF_Output>> arguments;
  size_t position = 0;
  for (const OpDefinition::Input& input : definition.inputs) {
    const size_t count =
        input.is_list()
            ? ListLength(definition, input, attributes, outputs.size())
            : 1;
    if (position + count > outputs.size()) {
      throw InvalidArgument("op " + op + " needs more than " +
                            std::to_string(outputs.size()) + " inputs");
    }
    arguments.push_back(Slice(outputs, position, count));
    position += count;
  }
  if (position != outputs.size()) {
    throw InvalidArgument("op " + op + " takes " + std::to_string(position) +
                          " inputs, not " + std::to_string(outputs.size()));
  }
  const std::string node_name = NodeName(name, op);
  TF_OperationDescription* node =
      TF_NewOperation(graph_.get(), op.c_str(), node_name.c_str());
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (definition.inputs[i].is_list()) {
      TF_AddInputList(node, arguments[i].data(),
                      static_cast<int>(arguments[i].size()));
    } else {
      TF_AddInput(node, arguments[i][0]);
    }
  }
  for (TF_Operation* control : controls) TF_AddControlInput(node, control);
  const std::unordered_set<std::string> inferred =
      InferredAttributes(definition, arguments);
  for (const Attribute& attribute : attributes) {
    // As in eager execution: attributes that the op does not have are ignored,
    // and what follows from the inputs overrides what the caller says.
    if (definition.attributes.count(attribute.name) > 0 &&
        inferred.count(attribute.name) == 0) {
      SetAttribute(node, attribute);
    }
  }
  return Add(node, op);
}

std::vector<OutputType> Graph::Outputs(int32_t node) const {
  TF_Operation* operation = Node(node);
  std::vector<OutputType> types;
  for (int i = 0; i < TF_OperationNumOutputs(operation); ++i) {
    const TF_Output output{operation, i};
    Status status;
    const int rank =
        TF_GraphGetTensorNumDims(graph_.get(), output, status.get());
    status.Check("rank of a node");
    OutputType type{TF_OperationOutputType(output), rank < 0, {}};
    if (rank > 0) {
      type.dimensions.resize(static_cast<size_t>(rank));
      TF_GraphGetTensorShape(graph_.get(), output, type.dimensions.data(), rank,
                             status.get());
      status.Check("shape of a node");
    }
    types.push_back(type);
  }
  return types;
}

FunctionPtr Graph::ToFunction(
    const std::string& name, const std::vector<NodeOutput>& inputs,
    const std::vector<NodeOutput>& outputs,
    const std::vector<int32_t>& control_outputs) const {
  std::vector<TF_Output> parameters;
  std::vector<TF_Output> results;
  std::vector<const TF_Operation*> controls;
  for (const NodeOutput input : inputs) parameters.push_back(Output(input));
  for (const NodeOutput output : outputs) results.push_back(Output(output));
  for (const int32_t node : control_outputs) controls.push_back(Node(node));
  Status status;
  FunctionPtr function(TF_GraphToFunctionWithControlOutputs(
      graph_.get(), name.c_str(), /*append_hash_to_fn_name=*/0,
      /*num_opers=*/-1, nullptr, static_cast<int>(parameters.size()),
      parameters.data(), static_cast<int>(results.size()), results.data(),
      nullptr, static_cast<int>(controls.size()), controls.data(), nullptr,
      nullptr, nullptr, status.get()));
  status.Check("building function " + name);
  return function;
}

std::string Graph::Name(int32_t node) const {
  return TF_OperationName(Node(node));
}

std::string Graph::Serialize() const {
  const BufferPtr buffer(TF_NewBuffer());
  Status status;
  TF_GraphToGraphDef(graph_.get(), buffer.get(), status.get());
  status.Check("serializing a graph");
  return {static_cast<const char*>(buffer->data), buffer->length};
}

TF_Operation* Graph::Node(int32_t node) const {
  if (node < 0 || static_cast<size_t>(node) >= nodes_.size()) {
    throw InvalidArgument("the graph has no node " + std::to_string(node) +
                          ", only " + std::to_string(nodes_.size()));
  }
  return nodes_[static_cast<size_t>(node)];
}

TF_Output Graph::Output(NodeOutput output) const {
  TF_Operation* operation = Node(output.node);
  if (output.index < 0 || output.index >= TF_OperationNumOutputs(operation)) {
    throw InvalidArgument("node " + std::to_string(output.node) +
                          " has no output " + std::to_string(output.index));
  }
  return {operation, output.index};
}

void AddFunction(const Context& context, const TF_Function* function) {
  Status status;
  TFE_ContextAddFunction(context.get(), const_cast<TF_Function*>(function),
                         status.get());
  status.Check("registering a function");
}

void RemoveFunction(const Context& context, const std::string& name) {
  Status status;
  TFE_ContextRemoveFunction(context.get(), name.c_str(), status.get());
  status.Check("removing function " + name);
}

}  // namespace runtime
