// Registers one op template on every device that executes it.
#ifndef CUDA_ACTIVATIONS_TF_OPS_REGISTRATION_H_
#define CUDA_ACTIVATIONS_TF_OPS_REGISTRATION_H_

#include "intra_op_threads.h"
#include "tensorflow/core/framework/op_kernel.h"

#if defined(CA_WITH_CUDA)
#include "gpu_stream.h"
// The GPU has no kernels for double: such ops stay on the CPU.
#define CA_REGISTER_ON_GPU(NAME, OP, HOST)            \
  CA_REGISTER_ON_GPU_FOR(NAME, OP, HOST, float)       \
  CA_REGISTER_ON_GPU_FOR(NAME, OP, HOST, Eigen::half) \
  CA_REGISTER_ON_GPU_FOR(NAME, OP, HOST, Eigen::bfloat16)
#define CA_REGISTER_ON_GPU_FOR(NAME, OP, HOST, TYPE)           \
  REGISTER_KERNEL_BUILDER(Name("CudaActivations>" NAME)        \
                              .Device(tensorflow::DEVICE_GPU)  \
                              .TypeConstraint<TYPE>("T") HOST, \
                          OP<::cuda_activations::tf_ops::GpuStream>);
#else
#define CA_REGISTER_ON_GPU(NAME, OP, HOST)
#endif

// `HOST` is empty, or .HostMemory(...) for inputs that are read on the host.
#define CA_REGISTER_OP(NAME, OP, HOST)                                   \
  REGISTER_KERNEL_BUILDER(                                               \
      Name("CudaActivations>" NAME).Device(tensorflow::DEVICE_CPU) HOST, \
      OP<::cuda_activations::tf_ops::IntraOpThreads>);                   \
  CA_REGISTER_ON_GPU(NAME, OP, HOST)

#endif  // CUDA_ACTIVATIONS_TF_OPS_REGISTRATION_H_
