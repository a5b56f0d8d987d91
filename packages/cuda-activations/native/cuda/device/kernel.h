// Names of the kernels: CA_KERNEL(pointwise_forward, Gelu, PointwiseArguments)
// begins the kernel pointwise_forward_Gelu_Float32 where CA_ELEMENT is Float32.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_KERNEL_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_KERNEL_H_

#include "prelude.h"

// Blocks that a multiprocessor must be able to hold at once, which limits the
// registers: 6 leave 40 for a thread.
#ifndef CA_RESIDENT_BLOCKS
#define CA_RESIDENT_BLOCKS 1
#endif

#define CA_KERNEL(family, Name, Arguments) \
  CA_KERNEL_OF_ELEMENT(family, Name, CA_ELEMENT, Arguments)
#define CA_KERNEL_OF_ELEMENT(family, Name, Element, Arguments) \
  CA_NAMED_KERNEL(family##_##Name, Element, Arguments)

#if defined(CA_EMULATION)
#define CA_NAMED_KERNEL(name, Element, Arguments) \
  CA_NAMED_KERNEL_(name, Element, Arguments)
#define CA_NAMED_KERNEL_(name, Element, Arguments) \
  CA_EMULATED_KERNEL(name##_##Element, Arguments)
#else
#define CA_NAMED_KERNEL(name, Element, Arguments) \
  CA_NAMED_KERNEL_(name, Element, Arguments)
// One resident block is enough to ask for: the compiler must not spill for
// more.
#define CA_NAMED_KERNEL_(name, Element, Arguments)                    \
  extern "C" __global__ void __launch_bounds__(                       \
      ::cuda_activations::cuda::kBlockThreads, CA_RESIDENT_BLOCKS)    \
      name##_##Element(                                               \
          const __grid_constant__ ::cuda_activations::cuda::Arguments \
              arguments)
#endif

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_KERNEL_H_
