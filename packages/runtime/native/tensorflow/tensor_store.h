#ifndef RUNTIME_NATIVE_TENSORFLOW_TENSOR_STORE_H_
#define RUNTIME_NATIVE_TENSORFLOW_TENSOR_STORE_H_

#include <cstdint>
#include <unordered_map>

#include "tensorflow/context.h"
#include "tensorflow/handles.h"

namespace runtime {

// The tensors that JavaScript knows by number.
//
// An entry is a tensor, or a view of a variable: the handle of a resource,
// whose present value stands in wherever the view is used. Reading a variable
// shares its buffer; an op that updates the variable in place copies first if
// the buffer is still shared, so that a value once read never changes.
class TensorStore {
 public:
  explicit TensorStore(const Context& context) : context_(context) {}

  int32_t Insert(HandlePtr handle);
  int32_t InsertView(HandlePtr resource, TF_DataType type);

  // The tensor, or the present value of the view. Throws NOT_FOUND.
  HandlePtr Get(int32_t id) const;
  void Erase(int32_t id);
  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    HandlePtr handle;
    bool is_view;
    TF_DataType type;
  };

  const Entry& Find(int32_t id) const;
  int32_t Add(Entry entry);

  const Context& context_;
  std::unordered_map<int32_t, Entry> entries_;
  int32_t next_id_ = 0;
};

}  // namespace runtime

#endif  // RUNTIME_NATIVE_TENSORFLOW_TENSOR_STORE_H_
