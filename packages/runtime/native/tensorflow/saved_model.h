#ifndef RUNTIME_NATIVE_TENSORFLOW_SAVED_MODEL_H_
#define RUNTIME_NATIVE_TENSORFLOW_SAVED_MODEL_H_

#include <string>
#include <vector>

#include "tensorflow/handles.h"

namespace runtime {

// A SavedModel, loaded with its variables into a session of its own.
class SavedModel {
 public:
  SavedModel(const std::string& directory,
             const std::vector<std::string>& tags);
  ~SavedModel();
  SavedModel(const SavedModel&) = delete;
  SavedModel& operator=(const SavedModel&) = delete;

  // Feeds `inputs` to the tensors `input_names` ("node:index"; the index may
  // be left out) and returns the tensors `output_names`.
  std::vector<TensorPtr> Run(const std::vector<std::string>& input_names,
                             const std::vector<TensorPtr>& inputs,
                             const std::vector<std::string>& output_names);

 private:
  TF_Output Find(const std::string& tensor_name) const;

  GraphPtr graph_;
  TF_Session* session_;
};

}  // namespace runtime

#endif  // RUNTIME_NATIVE_TENSORFLOW_SAVED_MODEL_H_
