// Stand-ins for the machine code, so that sanitised and mutated builds need no
// CUDA compiler: the fake driver takes them for any kernel.
#include <string>
#include <vector>

#include "../cuda/launch/images.h"

namespace cuda_activations {
namespace cuda {

const Image* Images(int* count) {
  static const std::vector<Image>* images = [] {
    auto* made = new std::vector<Image>;
    for (const char* module :
         {"pointwise_forward", "pointwise_backward", "pointwise_from_output",
          "pointwise_second", "bias_forward", "bias_backward",
          "bias_from_output", "gated", "per_channel", "rowwise", "copy"}) {
      for (const char* element : {"Float32", "Float16", "BFloat16"}) {
        const std::string* name =
            new std::string(std::string(module) + "." + element);
        made->push_back({name->c_str(), 90, false, "emulated image"});
      }
    }
    return made;
  }();
  *count = static_cast<int>(images->size());
  return images->data();
}

}  // namespace cuda
}  // namespace cuda_activations
