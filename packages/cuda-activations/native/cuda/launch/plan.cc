#include "plan.h"

#include <algorithm>

namespace cuda_activations {
namespace cuda {
namespace {

// 132 multiprocessors (H100, H200) hold 8 blocks of 256 threads each; twice
// that keeps them busy while blocks end at different times.
constexpr int64_t kManyBlocks = 2048;
// Blocks that add: each leaves partial sums which the last one must read.
constexpr int64_t kAddingBlocks = 1024;
// Rows that a thread walks at least, so that a block's own reduction is a small
// part of its work.
constexpr int64_t kAddingRows = 8;

int64_t CeilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t Misalignment(const void* pointer) {
  return static_cast<int64_t>(reinterpret_cast<uintptr_t>(pointer) %
                              kVectorBytes);
}

int CeilLog2(int64_t value, int most) {
  int log2 = 0;
  while (log2 < most && (int64_t{1} << log2) < value) ++log2;
  return log2;
}

constexpr int kLog2BlockThreads = 8;
static_assert(1 << kLog2BlockThreads == kBlockThreads, "");

}  // namespace

bool AllAligned(std::initializer_list<const void*> pointers, int bytes) {
  return std::all_of(pointers.begin(), pointers.end(), [&](const void* p) {
    return reinterpret_cast<uintptr_t>(p) % static_cast<unsigned>(bytes) == 0;
  });
}

Span MakeSpan(int64_t count, size_t element_size,
              std::initializer_list<const void*> pointers) {
  const int64_t size = static_cast<int64_t>(element_size);
  const int64_t offset = Misalignment(*pointers.begin());
  const bool alike = std::all_of(
      pointers.begin(), pointers.end(),
      [&](const void* pointer) { return Misalignment(pointer) == offset; });
  Span span = {count, 0, 0};
  if (!alike || offset % size != 0) return span;
  const int64_t head =
      std::min(count, (kVectorBytes - offset) % kVectorBytes / size);
  span.vectors = (count - head) / (kVectorBytes / size);
  span.head = span.vectors > 0 ? head : 0;
  return span;
}

int64_t SpanBlocks(const Span& span, size_t element_size) {
  const int64_t lanes = kVectorBytes / static_cast<int64_t>(element_size);
  const int64_t scalars = span.count - span.vectors * lanes;
  // One vector a thread: short threads hide latency by their number.
  return CeilDivide(std::max<int64_t>(span.vectors, scalars), kBlockThreads);
}

Tiling MakeTiling(const TilingRequest& request) {
  ChannelLayout layout = request.layout;
  if (layout.channels == 1 && !request.strided)
    layout = {1, 1, layout.outer * layout.inner};
  Tiling t = {};
  t.per_lane = layout.inner == 1 && layout.channels != 1;
  t.rows = layout.outer;
  t.row_stride = layout.channels * layout.inner;
  t.channels = layout.channels;
  t.channel_stride = t.per_lane ? 0 : layout.inner;
  const int64_t columns = t.per_lane ? layout.channels : layout.inner;
  const int64_t lanes =
      request.vector_bytes / static_cast<int64_t>(request.element_size);
  // Rows and channels must begin on a vector; the end of the only row may not.
  const bool only = layout.outer <= 1 && layout.channels == 1;
  const bool vectors =
      request.vectors && (only || columns % lanes == 0) && columns >= lanes;
  t.lanes = vectors ? static_cast<int>(lanes) : 1;
  t.groups = columns / t.lanes;
  t.tail = columns % t.lanes;
  t.log2_width = CeilLog2(t.groups, kLog2BlockThreads);
  const int64_t width = int64_t{1} << t.log2_width;
  const int64_t height = kBlockThreads / width;
  const int64_t planes = t.per_lane ? 1 : t.channels;
  const bool sums = request.sharing == Sharing::kSums;
  const int64_t most = std::max<int64_t>(
      1, (sums ? kAddingBlocks : kManyBlocks) / std::max<int64_t>(1, planes));
  const int64_t least_rows = sums ? kAddingRows : 1;
  // Columns: one group a thread where each lane is a channel; else as many
  // tiles as there is use for.
  if (t.per_lane) {
    t.tile_groups = width;
  } else {
    const int64_t tiles = std::max<int64_t>(
        1, std::min<int64_t>(most, t.groups / (width * least_rows)));
    t.tile_groups = std::max<int64_t>(
        width, CeilDivide(CeilDivide(t.groups, tiles), width) * width);
  }
  t.tiles = static_cast<unsigned>(
      std::max<int64_t>(1, CeilDivide(t.groups, t.tile_groups)));
  const int64_t chunks = std::max<int64_t>(
      1, std::min<int64_t>(std::max<int64_t>(1, most / t.tiles),
                           t.rows / (height * least_rows)));
  t.chunk_rows = std::max<int64_t>(
      height, CeilDivide(CeilDivide(t.rows, chunks), height) * height);
  t.chunks = static_cast<unsigned>(
      std::max<int64_t>(1, CeilDivide(t.rows, t.chunk_rows)));
  return t;
}

int64_t TilingBlocks(const Tiling& t) {
  return static_cast<int64_t>(t.tiles) * t.chunks *
         (t.per_lane ? 1 : t.channels);
}

int64_t Parts(const Tiling& t) {
  return t.per_lane ? t.chunks : static_cast<int64_t>(t.chunks) * t.tiles;
}

Workspace MakeWorkspace(const Tiling& t, int64_t sums) {
  if (Parts(t) == 1) return {};
  const int64_t counters = t.per_lane ? t.tiles : t.channels;
  Workspace workspace;
  workspace.counter_bytes =
      CeilDivide(counters * static_cast<int64_t>(sizeof(unsigned)),
                 kVectorBytes) *
      kVectorBytes;
  workspace.bytes =
      workspace.counter_bytes +
      Parts(t) * sums * t.channels * static_cast<int64_t>(sizeof(float));
  return workspace;
}

Combination MakeCombination(const Tiling& t, int64_t sums, void* workspace) {
  Combination combination = {nullptr, nullptr, Parts(t)};
  if (combination.parts == 1) return combination;
  char* memory = static_cast<char*>(workspace);
  combination.counters = reinterpret_cast<unsigned*>(memory);
  combination.partials =
      reinterpret_cast<float*>(memory + MakeWorkspace(t, sums).counter_bytes);
  return combination;
}

int64_t WorkspaceBytes(TilingRequest request, int64_t sums) {
  request.sharing = Sharing::kSums;
  request.vectors = true;
  const int64_t with_vectors = MakeWorkspace(MakeTiling(request), sums).bytes;
  request.vectors = false;
  return std::max(with_vectors, MakeWorkspace(MakeTiling(request), sums).bytes);
}

}  // namespace cuda
}  // namespace cuda_activations
