#ifndef RUNTIME_NATIVE_TENSORFLOW_GRAPH_H_
#define RUNTIME_NATIVE_TENSORFLOW_GRAPH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tensorflow/attribute.h"
#include "tensorflow/context.h"
#include "tensorflow/handles.h"
#include "tensorflow/op_definition.h"
#include "tensorflow/tensor.h"

namespace runtime {

// A tensor of a graph: output `index` of node number `node`.
struct NodeOutput {
  int32_t node;
  int32_t index;
};

// What shape inference knows of a node's output.
struct OutputType {
  TF_DataType type;
  bool unknown_rank;
  Dimensions dimensions;  // -1 where unknown
};

// A graph under construction. Nodes are numbered in the order they are added.
class Graph {
 public:
  Graph() : graph_(TF_NewGraph()) {}

  // An empty name stands for one made of the op and the number.
  int32_t AddPlaceholder(const std::string& name, TF_DataType type,
                         const Dimensions& dimensions);
  int32_t AddConstant(const std::string& name, const TF_Tensor* value);
  int32_t AddNode(const std::string& name, const std::string& op,
                  const std::vector<Attribute>& attributes,
                  const std::vector<NodeOutput>& inputs,
                  const std::vector<int32_t>& control_inputs);

  std::vector<OutputType> Outputs(int32_t node) const;

  // A function with these parameters and results; `control_outputs` run even
  // where no result depends on them.
  FunctionPtr ToFunction(const std::string& name,
                         const std::vector<NodeOutput>& inputs,
                         const std::vector<NodeOutput>& outputs,
                         const std::vector<int32_t>& control_outputs) const;

  // The name of a node in the graph.
  std::string Name(int32_t node) const;

  // A serialized tensorflow.GraphDef.
  std::string Serialize() const;

 private:
  int32_t Add(TF_OperationDescription* node, const std::string& op);
  std::string NodeName(const std::string& name, const std::string& op) const;
  TF_Operation* Node(int32_t node) const;
  TF_Output Output(NodeOutput output) const;

  GraphPtr graph_;
  std::vector<TF_Operation*> nodes_;
};

// Makes a function callable by name in the context.
void AddFunction(const Context& context, const TF_Function* function);
void RemoveFunction(const Context& context, const std::string& name);

}  // namespace runtime

#endif  // RUNTIME_NATIVE_TENSORFLOW_GRAPH_H_
