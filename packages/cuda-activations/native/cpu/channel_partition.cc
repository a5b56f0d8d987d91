#include "channel_partition.h"

namespace cuda_activations {

namespace {

// Elements of an item: large enough to pay for its hand-over, small enough for
// the second-level cache.
constexpr int64_t kItem = 64 * 1024;
// Channels of an item where they are neighbours; a multiple of every vector.
constexpr int64_t kMostChannels = 4096;
// Partial sums of a channel: bounds the workspace, and the useful threads where
// there are few channels.
constexpr int64_t kMostPartials = 64;

}  // namespace

ChannelPartition Partition(const ChannelLayout& layout) {
  ChannelPartition p;
  p.layout = layout;
  p.inner = std::clamp<int64_t>(DivideUp(layout.inner, kMostPartials), kItem,
                                std::max(layout.inner, kItem));
  p.inner = std::max<int64_t>(1, std::min(p.inner, layout.inner));
  p.inner_blocks = DivideUp(layout.inner, p.inner);
  const int64_t most_channels = layout.inner == 1 ? kMostChannels : kItem;
  p.channels = std::clamp<int64_t>(kItem / p.inner, 1, most_channels);
  p.channels = std::max<int64_t>(1, std::min(p.channels, layout.channels));
  p.channel_blocks = DivideUp(layout.channels, p.channels);
  const int64_t most_chunks = std::max<int64_t>(
      1, kMostPartials / std::max<int64_t>(1, p.inner_blocks));
  p.rows = std::max<int64_t>(
      {1, kItem / (p.channels * p.inner), DivideUp(layout.outer, most_chunks)});
  p.row_chunks = DivideUp(layout.outer, p.rows);
  return p;
}

ChannelItem Item(const ChannelPartition& p, int64_t index) {
  const int64_t inner_block = index % p.inner_blocks;
  const int64_t rest = index / p.inner_blocks;
  const int64_t channel_block = rest % p.channel_blocks;
  const int64_t row_chunk = rest / p.channel_blocks;
  ChannelItem item;
  item.row = row_chunk * p.rows;
  item.row_end = std::min(item.row + p.rows, p.layout.outer);
  item.channel = channel_block * p.channels;
  item.channel_end = std::min(item.channel + p.channels, p.layout.channels);
  item.inner = inner_block * p.inner;
  item.inner_end = std::min(item.inner + p.inner, p.layout.inner);
  item.partial = row_chunk * p.inner_blocks + inner_block;
  return item;
}

int64_t PartialBytes(const ChannelPartition& p, int64_t per_channel,
                     DType dtype) {
  const int64_t size = dtype == DType::kFloat64 ? 8 : 4;
  return p.partials() * p.layout.channels * per_channel * size;
}

}  // namespace cuda_activations
