// How a tensor [outer, channels, inner] with one parameter per channel is cut
// into work items and tiles. The cut depends on the shape alone, so sums over
// it are the same for any number of threads.
#ifndef CUDA_ACTIVATIONS_CPU_CHANNEL_PARTITION_H_
#define CUDA_ACTIVATIONS_CPU_CHANNEL_PARTITION_H_

#include <algorithm>

#include "kernels.h"
#include "tiles.h"

namespace cuda_activations {

/// A work item is rows x channels x inner elements, about kItem of them. Items
/// that share channels write different partial sums.
struct ChannelPartition {
  ChannelLayout layout;
  int64_t rows, row_chunks;          ///< rows of an item
  int64_t channels, channel_blocks;  ///< channels of an item
  int64_t inner, inner_blocks;       ///< inner elements of an item

  int64_t items() const { return row_chunks * channel_blocks * inner_blocks; }
  /// Partial sums that each channel has.
  int64_t partials() const { return row_chunks * inner_blocks; }
  int64_t elements() const { return rows * channels * inner; }
};

ChannelPartition Partition(const ChannelLayout& layout);

/// Bounds of one item.
struct ChannelItem {
  int64_t row, row_end, channel, channel_end, inner, inner_end;
  int64_t partial;  ///< which partial sum of its channels it owns
};

ChannelItem Item(const ChannelPartition& partition, int64_t index);

/// A run of up to kTile neighbouring elements whose channels are the same
/// wherever the run stands: position j has channel
/// first + (j / run) % channels.
struct ChannelPattern {
  int64_t first;
  int64_t channels;
  int64_t run;
  int64_t size;

  /// out[j] = value[channel of j].
  template <class T>
  void Expand(const T* value, T* out) const {
    for (int64_t j = 0, c = 0; j < size;
         j += run, c = c + 1 < channels ? c + 1 : 0) {
      const int64_t end = j + run < size ? j + run : size;
      for (int64_t i = j; i < end; ++i) out[i] = value[first + c];
    }
  }

  /// sum[channel] = sum of value[j] over its positions; the others' sums are
  /// left as they are.
  template <class T>
  void Fold(const T* value, T* sum) const {
    for (int64_t c = 0; c < channels; ++c) sum[first + c] = 0;
    for (int64_t j = 0, c = 0; j < size;
         j += run, c = c + 1 < channels ? c + 1 : 0) {
      const int64_t end = j + run < size ? j + run : size;
      T total = 0;
      for (int64_t i = j; i < end; ++i) total += value[i];
      sum[first + c] += total;
    }
  }
};

/// Visits the tiles of an item: visitor.Begin(pattern), visitor.Tile(offset of
/// the first element, elements) for each place where the pattern stands, in
/// order, then visitor.End(pattern).
template <class Visitor>
void WalkItem(const ChannelLayout& layout, const ChannelItem& item,
              Visitor&& visitor) {
  const int64_t row_size = layout.channels * layout.inner;
  if (layout.inner == 1 && layout.channels <= kTile / 2) {
    // Whole rows are neighbours: several of them make a tile.
    const int64_t group = kTile / layout.channels;
    const ChannelPattern pattern{0, layout.channels, 1,
                                 group * layout.channels};
    visitor.Begin(pattern);
    for (int64_t row = item.row; row < item.row_end; row += group) {
      const int64_t rows = std::min(group, item.row_end - row);
      visitor.Tile(row * row_size, rows * row_size);
    }
    visitor.End(pattern);
  } else if (layout.inner <= kTile / 2) {
    const int64_t step = std::max<int64_t>(1, kTile / layout.inner);
    for (int64_t c = item.channel; c < item.channel_end; c += step) {
      const int64_t channels = std::min(step, item.channel_end - c);
      const ChannelPattern pattern{c, channels, layout.inner,
                                   channels * layout.inner};
      visitor.Begin(pattern);
      for (int64_t row = item.row; row < item.row_end; ++row)
        visitor.Tile(row * row_size + c * layout.inner, pattern.size);
      visitor.End(pattern);
    }
  } else {
    for (int64_t c = item.channel; c < item.channel_end; ++c) {
      const ChannelPattern pattern{c, 1, kTile, kTile};
      visitor.Begin(pattern);
      for (int64_t row = item.row; row < item.row_end; ++row) {
        const int64_t span = row * row_size + c * layout.inner;
        for (int64_t i = item.inner; i < item.inner_end; i += kTile)
          visitor.Tile(span + i, std::min(kTile, item.inner_end - i));
      }
      visitor.End(pattern);
    }
  }
}

/// Calls f(item) for each item.
template <class F>
void ForItems(const ChannelPartition& partition, const ParallelFor& parallel,
              double nanoseconds_per_element, const F& f) {
  const int64_t items = partition.items();
  auto body = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) f(Item(partition, i));
    FenceStores();
  };
  if (items <= 1) {
    body(0, items);
    return;
  }
  parallel.Run(items, nanoseconds_per_element * partition.elements(), body);
}

/// total[k] = sum over the partial sums in their order, for each of `values`
/// channel values; `f(k, total)` receives it in double.
template <class T, class F>
void CombinePartials(const T* partial, int64_t partials, int64_t values,
                     const F& f) {
  for (int64_t k = 0; k < values; ++k) {
    double total = 0;
    for (int64_t p = 0; p < partials; ++p) total += partial[p * values + k];
    f(k, total);
  }
}

/// Bytes of partial sums: `per_channel` values for each channel.
int64_t PartialBytes(const ChannelPartition& partition, int64_t per_channel,
                     DType dtype);

}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CPU_CHANNEL_PARTITION_H_
