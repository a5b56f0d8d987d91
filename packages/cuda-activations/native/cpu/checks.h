// Argument checks of the entry points. Each throws std::invalid_argument.
#ifndef CUDA_ACTIVATIONS_CPU_CHECKS_H_
#define CUDA_ACTIVATIONS_CPU_CHECKS_H_

#include <initializer_list>

#include "kernels.h"

namespace cuda_activations {

/// A tensor of a call: where it is and how many bytes it spans.
struct Buffer {
  const char* name;
  const void* data;
  int64_t bytes;
};

/// count >= 0, and count elements fit the address space.
void CheckCount(const char* name, int64_t count, size_t element_size);

/// Sizes are not negative and their product fits; returns the product.
int64_t CheckLayout(const ChannelLayout& layout, size_t element_size);

/// The parameter `name` needs the channels in the last dimension.
void CheckChannelsLast(const char* name, const ChannelLayout& layout);

/// No null pointer where there are bytes, and pointers on element boundaries.
void CheckPointers(std::initializer_list<Buffer> buffers, size_t element_size);

/// `output` overlaps no other output, and an input only where both are the
/// same bytes and `in_place` allows it.
void CheckOverlap(const Buffer& output, std::initializer_list<Buffer> others,
                  bool in_place);

}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CPU_CHECKS_H_
