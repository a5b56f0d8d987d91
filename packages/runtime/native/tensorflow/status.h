#ifndef RUNTIME_NATIVE_TENSORFLOW_STATUS_H_
#define RUNTIME_NATIVE_TENSORFLOW_STATUS_H_

#include <stdexcept>
#include <string>

#include "tensorflow/c/tf_status.h"

namespace runtime {

// The name of a TF_Code as TensorFlow prints it, e.g. "INVALID_ARGUMENT".
const char* CodeName(TF_Code code);

// An error of TensorFlow, or of this binding in TensorFlow's terms. Becomes a
// JavaScript Error whose `code` is CodeName(code()).
class TensorFlowError : public std::runtime_error {
 public:
  TensorFlowError(TF_Code code, const std::string& message)
      : std::runtime_error(message), code_(code) {}
  TF_Code code() const { return code_; }

 private:
  TF_Code code_;
};

inline TensorFlowError InvalidArgument(const std::string& message) {
  return TensorFlowError(TF_INVALID_ARGUMENT, message);
}

// Owns a TF_Status; Check() throws what TensorFlow reported.
class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;

  TF_Status* get() { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }
  void Check(const std::string& action) const;

 private:
  TF_Status* status_;
};

}  // namespace runtime

#endif  // RUNTIME_NATIVE_TENSORFLOW_STATUS_H_
