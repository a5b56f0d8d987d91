// Registers one op template on every device that executes it.
#ifndef CUDA_ACTIVATIONS_TF_OPS_REGISTRATION_H_
#define CUDA_ACTIVATIONS_TF_OPS_REGISTRATION_H_

#include "intra_op_threads.h"
#include "tensorflow/core/framework/op_kernel.h"

// `HOST` is empty, or .HostMemory(...) for inputs that are read on the host.
#define CA_REGISTER_OP(NAME, OP, HOST)                                   \
  REGISTER_KERNEL_BUILDER(                                               \
      Name("CudaActivations>" NAME).Device(tensorflow::DEVICE_CPU) HOST, \
      OP<::cuda_activations::tf_ops::IntraOpThreads>)

#endif  // CUDA_ACTIVATIONS_TF_OPS_REGISTRATION_H_
