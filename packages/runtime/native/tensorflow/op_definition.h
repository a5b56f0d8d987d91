#ifndef RUNTIME_NATIVE_TENSORFLOW_OP_DEFINITION_H_
#define RUNTIME_NATIVE_TENSORFLOW_OP_DEFINITION_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tensorflow/handles.h"

namespace runtime {

// What building a node needs to know of an op's registration.
struct OpDefinition {
  struct Input {
    std::string name;
    // The attribute that names its type, where that is not fixed.
    std::string type_attribute;
    // The attribute that counts the tensors of a list input; empty otherwise.
    std::string number_attribute;
    std::string type_list_attribute;
    bool is_list() const {
      return !number_attribute.empty() || !type_list_attribute.empty();
    }
  };

  std::string name;
  std::vector<Input> inputs;
  // Type by name, as OpDef writes it: "int", "list(float)", "type", ...
  std::map<std::string, std::string> attributes;
  bool is_stateful = false;

  // From a serialized tensorflow.OpDef.
  static OpDefinition Parse(std::string_view serialized);
};

// The definition of a registered op; throws NOT_FOUND. Kept for the life of
// the process; safe to call from any thread.
const OpDefinition& FindOpDefinition(const std::string& name);

// Whether a kernel of the op is registered for a type of device ("GPU").
bool HasRegisteredKernel(const std::string& op, const std::string& device);

// Loads an op library (a shared object that registers ops and kernels) and
// returns the names of its ops.
std::vector<std::string> LoadOpLibrary(const std::string& path);

}  // namespace runtime

#endif  // RUNTIME_NATIVE_TENSORFLOW_OP_DEFINITION_H_
