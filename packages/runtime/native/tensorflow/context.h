#ifndef RUNTIME_NATIVE_TENSORFLOW_CONTEXT_H_
#define RUNTIME_NATIVE_TENSORFLOW_CONTEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tensorflow/attribute.h"
#include "tensorflow/handles.h"

namespace runtime {

struct ContextOptions {
  int32_t intra_op_threads = 0;  // 0: as many as there are cores
  int32_t inter_op_threads = 0;  // 0: as many as there are cores
  bool memory_growth = false;    // GPU memory taken as needed, not at once
  bool use_gpus = true;          // false: TensorFlow does not look for any
  std::string visible_gpus;      // numbers, separated by commas; empty: all

  bool operator==(const ContextOptions& other) const {
    return intra_op_threads == other.intra_op_threads &&
           inter_op_threads == other.inter_op_threads &&
           memory_growth == other.memory_growth && use_gpus == other.use_gpus &&
           visible_gpus == other.visible_gpus;
  }
};

struct Device {
  std::string name;  // /job:localhost/replica:0/task:0/device:CPU:0
  std::string type;  // CPU, GPU
  int64_t memory_bytes;
};

// An eager context: the devices and resources that ops run on. One for each
// JavaScript environment.
class Context {
 public:
  explicit Context(const ContextOptions& options);

  TFE_Context* get() const { return context_.get(); }
  const std::vector<Device>& devices() const { return devices_; }
  // The first GPU, else the first CPU.
  const Device& default_device() const { return devices_[default_device_]; }
  bool has_gpu() const { return default_device().type == "GPU"; }

  // Runs one op or function and returns its outputs.
  std::vector<HandlePtr> Execute(const std::string& name,
                                 const std::vector<Attribute>& attributes,
                                 const std::vector<HandlePtr>& inputs,
                                 int output_count) const;

 private:
  ContextPtr context_;
  std::vector<Device> devices_;
  size_t default_device_ = 0;
};

}  // namespace runtime

#endif  // RUNTIME_NATIVE_TENSORFLOW_CONTEXT_H_
