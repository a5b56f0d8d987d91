#include "tensorflow/tensor_store.h"

#include <string>
#include <utility>

#include "tensorflow/status.h"

namespace runtime {
namespace {

TensorFlowError NoTensor(int32_t id) {
  return TensorFlowError(TF_NOT_FOUND,
                         "no tensor has id " + std::to_string(id) +
                             " (never created, or already deleted)");
}

}  // namespace

int32_t TensorStore::Add(Entry entry) {
  // Skips numbers in use after 2^31 tensors.
  do {
    next_id_ = next_id_ == INT32_MAX ? 0 : next_id_ + 1;
  } while (entries_.count(next_id_) > 0);
  entries_.emplace(next_id_, std::move(entry));
  return next_id_;
}

int32_t TensorStore::Insert(HandlePtr handle) {
  const TF_DataType type = TFE_TensorHandleDataType(handle.get());
  return Add({std::move(handle), false, type});
}

int32_t TensorStore::InsertView(HandlePtr resource, TF_DataType type) {
  return Add({std::move(resource), true, type});
}

const TensorStore::Entry& TensorStore::Find(int32_t id) const {
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) throw NoTensor(id);
  return entry->second;
}

HandlePtr TensorStore::Get(int32_t id) const {
  const Entry& entry = Find(id);
  if (!entry.is_view) return entry.handle;
  return context_.Execute("ReadVariableOp", {{"dtype", entry.type}},
                          {entry.handle}, 1)[0];
}

void TensorStore::Erase(int32_t id) {
  if (entries_.erase(id) == 0) throw NoTensor(id);
}

}  // namespace runtime
