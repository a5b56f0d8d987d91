// Arguments of the kernels: one plain struct per family, passed by value, laid
// out alike by the host compiler and the device compiler. No standard header.
#ifndef CUDA_ACTIVATIONS_CUDA_ARGUMENTS_H_
#define CUDA_ACTIVATIONS_CUDA_ARGUMENTS_H_

namespace cuda_activations {
namespace cuda {

using int64 = long long;
using uint64 = unsigned long long;

constexpr int kBlockThreads = 256;
constexpr int kVectorBytes = 16;

/// `count` elements: `head` scalars up to the first 16-byte boundary, then
/// `vectors` of 16 bytes, then scalars to the end. Where the tensors of a call
/// are not misaligned alike, head = vectors = 0 and everything is scalar.
struct Span {
  int64 count;
  int64 head;
  int64 vectors;
};

/// y = f(in[0]), or dx from (dy, x), (dy, y), (ddx, dy, x).
struct PointwiseArguments {
  const void* in[3];
  void* out;
  Span span;
  double parameters[2];
};

/// A tensor [outer, channels, inner] as a grid of blocks over a matrix.
///  * channels-last: its columns are the channels, `per_lane` is 1.
///  * channels-first: one matrix [outer, inner] per channel, `per_lane` is 0.
/// Columns are taken in `groups` of `lanes` elements, which one thread loads at
/// once, and then `tail` scalar columns (only where per_lane is 0). A block has
/// 2^log2_width threads along the columns and the rest along the rows; it walks
/// `tile_groups` groups and `chunk_rows` rows.
struct Tiling {
  int64 rows;
  int64 row_stride;  ///< elements
  int64 channels;
  int64 channel_stride;  ///< elements; 0 with per_lane
  int64 groups;
  int64 tail;
  int64 tile_groups;
  int64 chunk_rows;
  unsigned tiles;   ///< along the columns
  unsigned chunks;  ///< along the rows
  int lanes;        ///< 1, or as many as fill a vector
  int log2_width;
  int per_lane;
};

/// Where the sums of the blocks meet. Unused where one block sees all elements
/// of its channels, which is `parts` = 1.
struct Combination {
  float* partials;     ///< [parts, sums, channels]
  unsigned* counters;  ///< per tile or channel; zero before the launch
  int64 parts;
};

struct DropoutArguments {
  unsigned threshold;  ///< words below it drop their element; 0: no dropout
  float scale;         ///< 1 / (1 - rate)
  uint64 seed;
  uint64 counter;
};

struct BiasForwardArguments {
  Tiling tiling;
  const void* x;
  const void* bias;      ///< may be null
  const void* residual;  ///< may be null
  void* y;
  void* preactivation;  ///< may be null
  DropoutArguments dropout;
  double parameters[2];
};

struct BiasBackwardArguments {
  Tiling tiling;
  Combination combination;
  const void* saved;
  const void* bias;      ///< may be null
  const void* residual;  ///< may be null
  const void* dy;
  void* dx;
  void* dbias;  ///< may be null
  DropoutArguments dropout;
  double parameters[2];
};

/// Rows of a and b lie `tiling.row_stride` elements apart, those of y and dy
/// `dense_stride`.
struct GatedArguments {
  Tiling tiling;
  int64 dense_stride;
  const void* a;
  const void* b;
  const void* dy;
  void* y;  ///< da in the backward pass
  void* db;
};

struct PReluArguments {
  Tiling tiling;
  Combination combination;
  const void* x;
  const void* slope;
  const void* dy;
  void* y;  ///< dx in the backward pass
  void* dslope;
};

struct AplArguments {
  Tiling tiling;
  Combination combination;
  int64 segments;
  const void* x;
  const void* a;
  const void* b;
  const void* bias;  ///< read by the biased kernels alone
  const void* dy;
  void* y;  ///< dx in the backward pass
  void* da;
  void* db;
  void* dbias;  ///< written by the biased kernels alone
};

/// Rows of `width` elements, each shared by 2^log2_threads threads.
struct RowwiseArguments {
  int64 rows;
  int64 width;
  int lanes;         ///< 1, or as many as fill a vector
  int log2_threads;  ///< up to a warp, or all of the block
  const void* x;     ///< y in the backward pass
  const void* dy;
  void* y;  ///< dx in the backward pass
};

/// The yardstick of bandwidth: out = in.
struct CopyArguments {
  const void* in;
  void* out;
  Span span;
};

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_ARGUMENTS_H_
