#include "tensorflow/saved_model.h"

#include "tensorflow/status.h"

namespace runtime {

SavedModel::SavedModel(const std::string& directory,
                       const std::vector<std::string>& tags)
    : graph_(TF_NewGraph()) {
  const SessionOptionsPtr options(TF_NewSessionOptions());
  std::vector<const char*> c_tags;
  for (const std::string& tag : tags) c_tags.push_back(tag.c_str());
  Status status;
  session_ = TF_LoadSessionFromSavedModel(
      options.get(), nullptr, directory.c_str(), c_tags.data(),
      static_cast<int>(c_tags.size()), graph_.get(), nullptr, status.get());
  status.Check("loading SavedModel " + directory);
}

SavedModel::~SavedModel() {
  Status status;
  TF_DeleteSession(session_, status.get());
}

TF_Output SavedModel::Find(const std::string& tensor_name) const {
  const size_t colon = tensor_name.rfind(':');
  const std::string node = tensor_name.substr(0, colon);
  int index = 0;
  if (colon != std::string::npos) {
    const std::string digits = tensor_name.substr(colon + 1);
    if (digits.empty() || digits.size() > 6 ||
        digits.find_first_not_of("0123456789") != std::string::npos) {
      throw InvalidArgument("tensor name \"" + tensor_name +
                            "\" is not of the form node:index");
    }
    index = std::stoi(digits);
  }
  TF_Operation* operation = TF_GraphOperationByName(graph_.get(), node.c_str());
  if (operation == nullptr || index >= TF_OperationNumOutputs(operation)) {
    throw TensorFlowError(
        TF_NOT_FOUND, "the SavedModel has no tensor \"" + tensor_name + "\"");
  }
  return {operation, index};
}

std::vector<TensorPtr> SavedModel::Run(
    const std::vector<std::string>& input_names,
    const std::vector<TensorPtr>& inputs,
    const std::vector<std::string>& output_names) {
  if (input_names.size() != inputs.size()) {
    throw InvalidArgument(std::to_string(input_names.size()) +
                          " input names for " + std::to_string(inputs.size()) +
                          " tensors");
  }
  std::vector<TF_Output> feeds;
  std::vector<TF_Output> fetches;
  std::vector<TF_Tensor*> values;
  for (const std::string& name : input_names) feeds.push_back(Find(name));
  for (const std::string& name : output_names) fetches.push_back(Find(name));
  for (const TensorPtr& input : inputs) values.push_back(input.get());
  std::vector<TF_Tensor*> results(fetches.size(), nullptr);
  Status status;
  TF_SessionRun(session_, nullptr, feeds.data(), values.data(),
                static_cast<int>(feeds.size()), fetches.data(), results.data(),
                static_cast<int>(fetches.size()), nullptr, 0, nullptr,
                status.get());
  std::vector<TensorPtr> outputs;
  for (TF_Tensor* result : results) outputs.emplace_back(result);
  status.Check("running a SavedModel");
  return outputs;
}

}  // namespace runtime
