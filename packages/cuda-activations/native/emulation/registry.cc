#include "registry.h"

#include <unordered_map>

namespace cuda_activations {
namespace emulation {
namespace {

std::unordered_map<std::string, KernelBody>& Kernels() {
  static std::unordered_map<std::string, KernelBody> kernels;
  return kernels;
}

}  // namespace

RegisterKernel::RegisterKernel(const char* name, KernelBody body) {
  Kernels()[name] = body;
}

KernelBody FindKernel(const std::string& name) {
  const auto found = Kernels().find(name);
  return found == Kernels().end() ? nullptr : found->second;
}

}  // namespace emulation
}  // namespace cuda_activations
