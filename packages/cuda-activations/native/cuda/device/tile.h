// How the channel-wise kernels walk a tensor: each block a tile of columns and
// a chunk of rows, each thread one group of lanes at a time.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_TILE_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_TILE_H_

#include "element.h"

namespace cuda_activations {
namespace cuda {

/// The block's share of a tiling, and the thread's place in the block.
struct Tile {
  int64 channel;  ///< channels-first: the block's channel
  int64 part;     ///< which of the blocks that share its channels
  int64 tile;
  int64 first_row, end_row;
  int64 first_group, end_group;
  int width, height, x, y;

  CA_DEVICE explicit Tile(const Tiling& t) {
    // A grid has less than 2^31 blocks: 32-bit divisions, which are short.
    const unsigned line = blockIdx.x / t.tiles;
    const unsigned chunk = line % t.chunks;
    tile = blockIdx.x % t.tiles;
    channel = t.per_lane ? 0 : line / t.chunks;
    part = t.per_lane ? chunk : static_cast<int64>(chunk) * t.tiles + tile;
    first_row = chunk * t.chunk_rows;
    end_row = Lesser(first_row + t.chunk_rows, t.rows);
    first_group = tile * t.tile_groups;
    end_group = Lesser(first_group + t.tile_groups, t.groups);
    width = 1 << t.log2_width;
    height = kBlockThreads >> t.log2_width;
    x = static_cast<int>(threadIdx.x) & (width - 1);
    y = static_cast<int>(threadIdx.x) >> t.log2_width;
  }
  CA_DEVICE static int64 Lesser(int64 a, int64 b) { return a < b ? a : b; }
};

/// Calls walker.BeginColumn<lanes>(channel) for the thread's groups of columns
/// and walker.Row<lanes>(row, column) for each row of them.
template <int lanes, class Walker>
CA_DEVICE void WalkGroups(const Tiling& t, const Tile& tile, int64 first_column,
                          int64 first_group, int64 end_group, Walker& walker) {
#pragma unroll 1
  for (int64 group = first_group + tile.x; group < end_group;
       group += tile.width) {
    const int64 column = first_column + group * lanes;
    walker.template BeginColumn<lanes>(t.per_lane ? column : tile.channel);
#pragma unroll 1
    for (int64 row = tile.first_row + tile.y; row < tile.end_row;
         row += tile.height) {
      walker.template Row<lanes>(row, column);
    }
  }
}

template <int lanes, class Walker>
CA_DEVICE void WalkTile(const Tiling& t, const Tile& tile, Walker& walker) {
  const bool vectors = t.lanes == lanes;
  if (vectors) {
    WalkGroups<lanes>(t, tile, 0, tile.first_group, tile.end_group, walker);
  }
  // Scalars: everything, or the columns that the last block's vectors left.
  const bool last = tile.tile == t.tiles - 1;
  const int64 end = vectors ? (last ? t.tail : 0) : tile.end_group;
  WalkGroups<1>(t, tile, vectors ? t.groups * lanes : 0,
                vectors ? 0 : tile.first_group, end, walker);
}

/// Values of a parameter [channels]: one for each lane, or the block's.
template <class Element, int lanes, int count>
CA_DEVICE void LoadChannel(const Tiling& t, const void* parameter,
                           int64 channel, float (&value)[count]) {
  if (t.per_lane) {
    float loaded[lanes];
    Access<Element, lanes>::Load(parameter, channel, loaded);
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) value[i] = loaded[i];
  } else {
    float loaded[1];
    Access<Element, 1>::Load(parameter, channel, loaded);
    CA_UNROLL
    for (int i = 0; i < lanes; ++i) value[i] = loaded[0];
  }
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_TILE_H_
