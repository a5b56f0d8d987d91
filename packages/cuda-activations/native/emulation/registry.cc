#include "registry.h"

#include <unordered_map>

namespace cuda_activations {
namespace emulation {
namespace {

std::unordered_map<std::string, EmulatedKernel>& Kernels() {
  static std::unordered_map<std::string, EmulatedKernel> kernels;
  return kernels;
}

}  // namespace

RegisterKernel::RegisterKernel(const EmulatedKernel& kernel) {
  Kernels().emplace(kernel.name, kernel);
}

const EmulatedKernel* FindKernel(const std::string& name) {
  const auto found = Kernels().find(name);
  return found == Kernels().end() ? nullptr : &found->second;
}

}  // namespace emulation
}  // namespace cuda_activations
