// How a launch ended. Values, not exceptions: launches happen in TensorFlow's
// threads and below C interfaces.
#ifndef CUDA_ACTIVATIONS_CUDA_LAUNCH_STATUS_H_
#define CUDA_ACTIVATIONS_CUDA_LAUNCH_STATUS_H_

#include <string>
#include <utility>

namespace cuda_activations {
namespace cuda {

enum class Code {
  kOk,
  kNoDriver,        ///< no NVIDIA driver, or one that does not work
  kNotBuilt,        ///< this build carries no kernels
  kUnsupported,     ///< a GPU that the kernels do not run on
  kOutOfMemory,     ///< the GPU's memory is exhausted
  kLaunchFailed,    ///< the driver refused or lost a launch
  kInvalidArgument  ///< an argument that no kernel takes
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message)
      : code_(code), message_(std::move(message)) {}
  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& message() const { return message_; }

 private:
  Code code_ = Code::kOk;
  std::string message_;
};

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_LAUNCH_STATUS_H_
