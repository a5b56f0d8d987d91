#ifndef RUNTIME_NATIVE_BINDING_SESSION_H_
#define RUNTIME_NATIVE_BINDING_SESSION_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tensorflow/attribute.h"
#include "tensorflow/context.h"
#include "tensorflow/graph.h"
#include "tensorflow/saved_model.h"
#include "tensorflow/status.h"
#include "tensorflow/tensor_store.h"

namespace runtime {

// Objects that JavaScript knows by number.
template <typename T>
class Registry {
 public:
  explicit Registry(const char* what) : what_(what) {}

  int32_t Insert(std::unique_ptr<T> object) {
    objects_.emplace(next_id_, std::move(object));
    return next_id_++;
  }
  T& Get(int32_t id) {
    const auto object = objects_.find(id);
    if (object == objects_.end()) throw Missing(id);
    return *object->second;
  }
  void Erase(int32_t id) {
    if (objects_.erase(id) == 0) throw Missing(id);
  }
  size_t size() const { return objects_.size(); }

 private:
  TensorFlowError Missing(int32_t id) const {
    return TensorFlowError(TF_NOT_FOUND, std::string("no ") + what_ +
                                             " has id " + std::to_string(id));
  }

  const char* what_;
  std::map<int32_t, std::unique_ptr<T>> objects_;
  int32_t next_id_ = 0;
};

// Everything of one JavaScript environment (the main thread or a worker).
// The context is created at first use, so that options can be set before.
class Session {
 public:
  ContextOptions& options() { return options_; }
  bool has_context() const { return context_ != nullptr; }

  const Context& context() {
    if (context_ == nullptr) context_ = std::make_unique<Context>(options_);
    return *context_;
  }
  TensorStore& tensors() {
    if (!tensors_) tensors_.emplace(context());
    return *tensors_;
  }
  size_t tensor_count() const { return tensors_ ? tensors_->size() : 0; }
  Registry<SavedModel>& saved_models() { return saved_models_; }
  Registry<Graph>& graphs() { return graphs_; }
  Registry<std::vector<Attribute>>& attributes() { return attributes_; }
  int64_t NextFunctionNumber() { return function_count_++; }

 private:
  ContextOptions options_;
  // Destroyed in reverse order: tensors must not outlive their context.
  std::unique_ptr<Context> context_;
  std::optional<TensorStore> tensors_;
  Registry<SavedModel> saved_models_{"SavedModel"};
  Registry<Graph> graphs_{"graph"};
  Registry<std::vector<Attribute>> attributes_{"list of prepared attributes"};
  int64_t function_count_ = 0;
};

}  // namespace runtime

#endif  // RUNTIME_NATIVE_BINDING_SESSION_H_
