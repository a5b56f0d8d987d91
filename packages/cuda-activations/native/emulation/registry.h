// The emulated kernels by the names that they have in the cubins.
#ifndef CUDA_ACTIVATIONS_EMULATION_REGISTRY_H_
#define CUDA_ACTIVATIONS_EMULATION_REGISTRY_H_

#include <cstddef>
#include <string>

namespace cuda_activations {
namespace emulation {

/// Runs a kernel's body in one thread; `arguments` is its argument struct.
using KernelBody = void (*)(const void* arguments);

struct EmulatedKernel {
  const char* name;
  KernelBody body;
  std::size_t argument_bytes;
};

struct RegisterKernel {
  explicit RegisterKernel(const EmulatedKernel& kernel);
};

/// The kernel, or null.
const EmulatedKernel* FindKernel(const std::string& name);

}  // namespace emulation
}  // namespace cuda_activations

#define CA_EMULATED_KERNEL(name, Arguments)                                   \
  static void name(const ::cuda_activations::cuda::Arguments& arguments);     \
  static const ::cuda_activations::emulation::RegisterKernel register_##name( \
      {#name,                                                                 \
       [](const void* arguments) {                                            \
         name(*static_cast<const ::cuda_activations::cuda::Arguments*>(       \
             arguments));                                                     \
       },                                                                     \
       sizeof(::cuda_activations::cuda::Arguments)});                         \
  static void name(const ::cuda_activations::cuda::Arguments& arguments)

#endif  // CUDA_ACTIVATIONS_EMULATION_REGISTRY_H_
