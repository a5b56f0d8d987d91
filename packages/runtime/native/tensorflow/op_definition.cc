#include "tensorflow/op_definition.h"

#include <mutex>
#include <utility>

#include "tensorflow/protobuf.h"
#include "tensorflow/status.h"

namespace runtime {
namespace {

std::string_view View(const TF_Buffer& buffer) {
  return {static_cast<const char*>(buffer.data), buffer.length};
}

// The numbers below are the fields of OpDef, OpDef.ArgDef and OpDef.AttrDef.
OpDefinition::Input ParseInput(std::string_view serialized) {
  OpDefinition::Input input;
  ProtoReader reader(serialized);
  while (reader.Next()) {
    if (reader.field() == 1) input.name = reader.string();
    if (reader.field() == 4) input.type_attribute = reader.string();
    if (reader.field() == 5) input.number_attribute = reader.string();
    if (reader.field() == 6) input.type_list_attribute = reader.string();
  }
  return input;
}

std::pair<std::string, std::string> ParseAttribute(
    std::string_view serialized) {
  std::pair<std::string, std::string> name_and_type;
  ProtoReader reader(serialized);
  while (reader.Next()) {
    if (reader.field() == 1) name_and_type.first = reader.string();
    if (reader.field() == 2) name_and_type.second = reader.string();
  }
  return name_and_type;
}

OpDefinition ReadOpDefinition(const std::string& name) {
  const GraphPtr graph(TF_NewGraph());
  const BufferPtr buffer(TF_NewBuffer());
  Status status;
  TF_GraphGetOpDef(graph.get(), name.c_str(), buffer.get(), status.get());
  status.Check("op " + name);
  return OpDefinition::Parse(View(*buffer));
}

}  // namespace

OpDefinition OpDefinition::Parse(std::string_view serialized) {
  OpDefinition definition;
  ProtoReader reader(serialized);
  while (reader.Next()) {
    switch (reader.field()) {
      case 1:
        definition.name = reader.string();
        break;
      case 2:
        definition.inputs.push_back(ParseInput(reader.bytes()));
        break;
      case 4:
        definition.attributes.insert(ParseAttribute(reader.bytes()));
        break;
      case 17:
        definition.is_stateful = reader.number() != 0;
        break;
      default:
        break;
    }
  }
  return definition;
}

const OpDefinition& FindOpDefinition(const std::string& name) {
  // Never freed, so that no thread can outlive it. References into a map stay
  // valid when it grows.
  static auto& mutex = *new std::mutex;
  static auto& known = *new std::map<std::string, OpDefinition>;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto entry = known.find(name);
  if (entry != known.end()) return entry->second;
  return known.emplace(name, ReadOpDefinition(name)).first->second;
}

bool HasRegisteredKernel(const std::string& op, const std::string& device) {
  Status status;
  const BufferPtr list(TF_GetRegisteredKernelsForOp(op.c_str(), status.get()));
  status.Check("kernels of op " + op);
  // KernelList.kernel, KernelDef.device_type.
  ProtoReader kernels(View(*list));
  while (kernels.Next()) {
    ProtoReader kernel(kernels.bytes());
    while (kernel.Next()) {
      if (kernel.field() == 2 && kernel.string() == device) return true;
    }
  }
  return false;
}

std::vector<std::string> LoadOpLibrary(const std::string& path) {
  Status status;
  // Freeing the handle does not unload the library.
  const LibraryPtr library(TF_LoadLibrary(path.c_str(), status.get()));
  status.Check("loading op library " + path);
  const TF_Buffer ops = TF_GetOpList(library.get());
  std::vector<std::string> names;
  ProtoReader reader(View(ops));
  while (reader.Next()) {
    if (reader.field() == 1) {
      names.push_back(OpDefinition::Parse(reader.bytes()).name);
    }
  }
  return names;
}

}  // namespace runtime
