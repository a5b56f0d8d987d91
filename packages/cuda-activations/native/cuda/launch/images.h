// The machine code of the kernels as it lies in this library; scripts/cuda
// generates the table.
#ifndef CUDA_ACTIVATIONS_CUDA_LAUNCH_IMAGES_H_
#define CUDA_ACTIVATIONS_CUDA_LAUNCH_IMAGES_H_

namespace cuda_activations {
namespace cuda {

struct Image {
  const char* module;  ///< such as "gated.Float32"
  int capability;      ///< 10 major + minor of the compute capability
  bool ptx;            ///< text for the driver to compile, else machine code
  const void* data;
};

/// All images, `*count` of them; 0 in a build without CUDA.
const Image* Images(int* count);

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_LAUNCH_IMAGES_H_
