// How a call is cut into blocks. Every plan depends on shape, element size and
// alignment alone, never on the GPU, so that sums come out the same everywhere.
#ifndef CUDA_ACTIVATIONS_CUDA_LAUNCH_PLAN_H_
#define CUDA_ACTIVATIONS_CUDA_LAUNCH_PLAN_H_

#include <cstdint>
#include <initializer_list>

#include "../../cpu/kernels.h"
#include "../arguments.h"

namespace cuda_activations {
namespace cuda {

/// Head, vectors and tail of `count` elements in tensors at `pointers`.
Span MakeSpan(int64_t count, size_t element_size,
              std::initializer_list<const void*> pointers);

/// Blocks of a pointwise kernel over `span`.
int64_t SpanBlocks(const Span& span, size_t element_size);

/// How the blocks of a channel-wise kernel share the work.
enum class Sharing {
  kElements,  ///< no sums: as many blocks as fill the GPU
  kSums,      ///< sums over rows: fewer blocks, each with much to add
};

struct TilingRequest {
  ChannelLayout layout;
  size_t element_size = 4;
  int vector_bytes = kVectorBytes;
  Sharing sharing = Sharing::kElements;
  bool vectors = true;   ///< whether the pointers are aligned for vectors
  bool strided = false;  ///< one channel whose rows may lie apart
};

Tiling MakeTiling(const TilingRequest& request);
int64_t TilingBlocks(const Tiling& tiling);

/// Blocks whose sums meet in one channel.
int64_t Parts(const Tiling& tiling);

/// Memory in which `sums` sums per channel meet: first the counters, which must
/// be zero, then the partial sums. Nothing where one block sees everything.
struct Workspace {
  int64_t counter_bytes = 0;
  int64_t bytes = 0;
};
Workspace MakeWorkspace(const Tiling& tiling, int64_t sums);
Combination MakeCombination(const Tiling& tiling, int64_t sums,
                            void* workspace);

/// Bytes that cover the workspace of a layout whatever the pointers' alignment.
int64_t WorkspaceBytes(TilingRequest request, int64_t sums);

/// Whether all non-null pointers lie on a multiple of `bytes`.
bool AllAligned(std::initializer_list<const void*> pointers, int bytes);

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_LAUNCH_PLAN_H_
