#ifndef RUNTIME_NATIVE_LOADER_QUIET_H_
#define RUNTIME_NATIVE_LOADER_QUIET_H_

namespace loader {

// While it lives, standard error goes to memory; afterwards all of it is
// printed but for TensorFlow's informational lines. TensorFlow logs while its
// library is being loaded, before it has read TF_CPP_MIN_LOG_LEVEL, so no
// option keeps it from doing so. With that variable at 0, nothing is held
// back.
class QuietStandardError {
 public:
  QuietStandardError();
  ~QuietStandardError();
  QuietStandardError(const QuietStandardError&) = delete;
  QuietStandardError& operator=(const QuietStandardError&) = delete;

 private:
  int saved_ = -1;
  int memory_ = -1;
};

}  // namespace loader

#endif  // RUNTIME_NATIVE_LOADER_QUIET_H_
