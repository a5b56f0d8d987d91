// A build without CUDA.
#include "images.h"

namespace cuda_activations {
namespace cuda {

const Image* Images(int* count) {
  *count = 0;
  return nullptr;
}

}  // namespace cuda
}  // namespace cuda_activations
