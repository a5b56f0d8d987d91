// Chooses an instruction set once, when the library is loaded.
#include "dispatch.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "kernels.h"

namespace cuda_activations {

// The build says which objects exist: CA_ISA_LIST(V) calls V(isa, "name",
// condition) for each, best first.
#if defined(__x86_64__)
bool HasV4() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
bool HasV3() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("f16c");
}
#define CA_ISA_LIST(V)               \
  V(x86_64_v4, "x86-64-v4", HasV4()) \
  V(x86_64_v3, "x86-64-v3", HasV3()) \
  V(x86_64, "x86-64", true)
#elif defined(__aarch64__)
#define CA_ISA_LIST(V) V(neon, "neon", true)
#else
#define CA_ISA_LIST(V) V(generic, "generic", true)
#endif

#define CA_DECLARE(isa, name, condition) \
  void IsaKernels_##isa(IsaKernels* kernels);
CA_ISA_LIST(CA_DECLARE)
#undef CA_DECLARE

namespace {

class Dispatch {
 public:
  Dispatch() {
#define CA_ADD(isa, name, condition) \
  if (condition) Add(name, IsaKernels_##isa);
    CA_ISA_LIST(CA_ADD)
#undef CA_ADD
    current_ = &kernels_[0];
    const char* wanted = std::getenv("CUDA_ACTIVATIONS_ISA");
    if (wanted != nullptr && *wanted != '\0' && !Select(wanted)) {
      warning_ = "CUDA_ACTIVATIONS_ISA is \"" + std::string(wanted) +
                 "\", but this machine runs: " + List();
    }
  }

  bool Select(const char* name) {
    for (int i = 0; i < count_; ++i) {
      if (std::strcmp(kernels_[i].name, name) == 0) {
        current_ = &kernels_[i];
        return true;
      }
    }
    return false;
  }

  std::string List() const {
    std::string list;
    for (int i = 0; i < count_; ++i)
      list += (i > 0 ? ", " : "") + std::string(kernels_[i].name);
    return list;
  }

  const IsaKernels& current() const {
    return *current_.load(std::memory_order_relaxed);
  }
  const std::string& warning() const { return warning_; }
  const char* const* names() const { return names_; }

 private:
  void Add(const char* name, void (*fill)(IsaKernels*)) {
    fill(&kernels_[count_]);
    kernels_[count_].name = name;
    names_[count_] = name;
    ++count_;
  }

  static constexpr int kMost = 4;
  IsaKernels kernels_[kMost] = {};
  const char* names_[kMost + 1] = {};
  int count_ = 0;
  std::atomic<const IsaKernels*> current_;
  std::string warning_;
};

Dispatch& Instance() {
  static Dispatch* const dispatch = new Dispatch;  // outlives every thread
  return *dispatch;
}

}  // namespace

const IsaKernels& Loops() { return Instance().current(); }

const char* IsaName() { return Loops().name; }

const char* IsaWarning() {
  const std::string& warning = Instance().warning();
  return warning.empty() ? nullptr : warning.c_str();
}

const char* const* AvailableIsas() { return Instance().names(); }

void SelectIsa(const char* name) {
  if (name == nullptr || !Instance().Select(name)) {
    throw std::invalid_argument("instruction set: expected one of " +
                                Instance().List() + ", got \"" +
                                (name == nullptr ? "" : name) + "\"");
  }
}

}  // namespace cuda_activations
