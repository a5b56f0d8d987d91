#include <memory>

#include "binding/convert.h"
#include "binding/method.h"

namespace runtime {
namespace {

Graph& GraphOf(const Napi::CallbackInfo& info, Session& session) {
  return session.graphs().Get(ToId(info[0], "graph"));
}

Napi::Value CreateGraph(const Napi::CallbackInfo& info, Session& session) {
  return Napi::Number::New(info.Env(),
                           session.graphs().Insert(std::make_unique<Graph>()));
}

Napi::Value DeleteGraph(const Napi::CallbackInfo& info, Session& session) {
  session.graphs().Erase(ToId(info[0], "deleteGraph: graph"));
  return info.Env().Undefined();
}

std::string ToNodeName(const Napi::Value& value) {
  return value.IsUndefined() ? std::string() : ToText(value, "node name");
}

// (graph, dtype, shape, name?) -> node
Napi::Value GraphPlaceholder(const Napi::CallbackInfo& info, Session& session) {
  Graph& graph = GraphOf(info, session);
  const TF_DataType type = ToDataType(info[1], "graphPlaceholder: dtype");
  return Napi::Number::New(
      info.Env(),
      graph.AddPlaceholder(ToNodeName(info[3]), type,
                           ToIntegers(info[2], "graphPlaceholder: shape")));
}

// (graph, shape, dtype, values, name?) -> node
Napi::Value GraphConstant(const Napi::CallbackInfo& info, Session& session) {
  Graph& graph = GraphOf(info, session);
  const TensorPtr value = ToTensor(info[1], info[2], info[3], "graphConstant");
  return Napi::Number::New(info.Env(),
                           graph.AddConstant(ToNodeName(info[4]), value.get()));
}

Napi::Object FromOutputType(Napi::Env env, const OutputType& output) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("dtype", Napi::Number::New(env, output.type));
  object.Set("shape", output.unknown_rank
                          ? env.Null()
                          : FromDimensions(env, output.dimensions));
  return object;
}

// (graph, op, attributes, inputs, control inputs, name?) -> {node, outputs}
Napi::Value GraphNode(const Napi::CallbackInfo& info, Session& session) {
  Graph& graph = GraphOf(info, session);
  const std::string op = ToText(info[1], "graphNode: op name");
  const int32_t node = graph.AddNode(ToNodeName(info[5]), op,
                                     ToAttributes(info[2], op + ": attribute"),
                                     ToNodeOutputs(info[3], op + ": inputs"),
                                     ToIds(info[4], op + ": control inputs"));
  const std::vector<OutputType> types = graph.Outputs(node);
  const Napi::Array outputs = Napi::Array::New(info.Env(), types.size());
  for (uint32_t i = 0; i < types.size(); ++i) {
    outputs.Set(i, FromOutputType(info.Env(), types[i]));
  }
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("node", Napi::Number::New(info.Env(), node));
  result.Set("outputs", outputs);
  return result;
}

// (graph, name, inputs, outputs, control outputs) -> the function's full name,
// made unique; executeOp() with it calls the function.
Napi::Value GraphFunction(const Napi::CallbackInfo& info, Session& session) {
  const Graph& graph = GraphOf(info, session);
  const std::string name = ToText(info[1], "graphFunction: name") + "_" +
                           std::to_string(session.NextFunctionNumber());
  const FunctionPtr function =
      graph.ToFunction(name, ToNodeOutputs(info[2], name + ": inputs"),
                       ToNodeOutputs(info[3], name + ": outputs"),
                       ToIds(info[4], name + ": control outputs"));
  AddFunction(session.context(), function.get());
  return Napi::String::New(info.Env(), name);
}

Napi::Value RemoveFunctionByName(const Napi::CallbackInfo& info,
                                 Session& session) {
  RemoveFunction(session.context(), ToText(info[0], "removeFunction: name"));
  return info.Env().Undefined();
}

// (graph, node) -> its name
Napi::Value GraphNodeName(const Napi::CallbackInfo& info, Session& session) {
  const Graph& graph = GraphOf(info, session);
  return Napi::String::New(info.Env(),
                           graph.Name(ToId(info[1], "graphNodeName: node")));
}

Napi::Value SerializeGraph(const Napi::CallbackInfo& info, Session& session) {
  const std::string bytes = GraphOf(info, session).Serialize();
  return Napi::Buffer<char>::Copy(info.Env(), bytes.data(), bytes.size());
}

// (op) -> {isStateful, attributes: {name: type}}
Napi::Value OpDefinitionOf(const Napi::CallbackInfo& info, Session&) {
  const Napi::Env env = info.Env();
  const OpDefinition& definition =
      FindOpDefinition(ToText(info[0], "opDefinition: op name"));
  Napi::Object attributes = Napi::Object::New(env);
  for (const auto& [name, type] : definition.attributes) {
    attributes.Set(name, Napi::String::New(env, type));
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("isStateful", Napi::Boolean::New(env, definition.is_stateful));
  result.Set("attributes", attributes);
  return result;
}

}  // namespace

void DefineGraphs(Napi::Object& exports) {
  Define<CreateGraph>(exports, "createGraph");
  Define<DeleteGraph>(exports, "deleteGraph");
  Define<GraphPlaceholder>(exports, "graphPlaceholder");
  Define<GraphConstant>(exports, "graphConstant");
  Define<GraphNode>(exports, "graphNode");
  Define<GraphFunction>(exports, "graphFunction");
  Define<RemoveFunctionByName>(exports, "removeFunction");
  Define<GraphNodeName>(exports, "graphNodeName");
  Define<SerializeGraph>(exports, "serializeGraph");
  Define<OpDefinitionOf>(exports, "opDefinition");
}

}  // namespace runtime
