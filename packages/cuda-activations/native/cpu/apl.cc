// APL forward and backward: parameters are laid out as the loops want them, and
// each work item runs blocks of rows through them.
#include <cstring>
#include <memory>
#include <numeric>
#include <vector>

#include "channel_partition.h"
#include "checks.h"

namespace cuda_activations {

namespace {

// Nanoseconds an element and segment: one thread with AVX-512 takes 0.025. A
// higher guess hands work of less time than the hand-over to other threads.
constexpr double kCost = 0.03;

// Elements of a buffered block, where that is kAplRows rows or more; longer
// rows are cut to as many. As found by timing: blocks of 4096 that then leave
// past the caches took 1.2 times as long where the output is misaligned, 1.6
// times forward in bfloat16.
constexpr int64_t kBlock = 512;
constexpr int64_t kBuffer = kAplRows * kBlock;
// Up to this many channels, rows are joined until their length is a multiple
// of kAplColumns; beyond it the last columns go through a padded copy.
constexpr int64_t kMostJoined = 128;

/// How a tensor's channels become columns of the loops.
struct Columns {
  bool shared;     ///< inner > 1: a span has one set of parameters
  int64_t joined;  ///< rows in one row of the loops
  int64_t main;    ///< columns that are used in place
  int64_t tail;    ///< columns that are copied, less than kAplColumns
  int64_t segments;

  explicit Columns(const Apl& op) : segments(op.segments) {
    const int64_t channels = op.layout.channels;
    shared = op.layout.inner > 1;
    joined = shared || channels > kMostJoined || channels == 0
                 ? 1
                 : kAplColumns / std::gcd(channels, kAplColumns);
    main = shared ? channels : channels * joined / kAplColumns * kAplColumns;
    tail = channels * joined - main;
  }
  /// Columns of a segment's parameters and sums, the padded tail included.
  int64_t padded() const { return main + (tail > 0 ? kAplColumns : 0); }
  /// Where segment s of column c is: the main columns, then the tail's.
  int64_t At(int64_t s, int64_t c) const {
    return c < main ? s * main + c
                    : segments * main + s * kAplColumns + (c - main);
  }
  /// The same of one value a column.
  Columns OneSegment() const {
    Columns single = *this;
    single.segments = 1;
    return single;
  }
  ChannelLayout Layout(const ChannelLayout& layout) const {
    return {DivideUp(layout.outer, joined), layout.channels * joined,
            layout.inner};
  }
};

/// Where a block's parameters and sums begin.
struct Place {
  int64_t at;      ///< of a, b, moment and count, see Columns::At
  int64_t column;  ///< of bias and the sum of dx
};

/// a, b and bias as the loops read them; the padding's are 0.
template <class Type>
struct AplParameters {
  using Math = typename Type::Math;
  std::unique_ptr<Math[]> a, b, bias;

  AplParameters(const IsaKernels& loops, const Apl& op, const Columns& columns,
                const void* a_in, const void* b_in, const void* bias_in)
      : a(Expand(loops, op, columns, a_in)),
        b(Expand(loops, op, columns, b_in)) {
    if (bias_in == nullptr) return;
    Apl row = op;
    row.segments = 1;
    bias = Expand(loops, row, columns.OneSegment(), bias_in);
  }

  AplColumns<Math> From(const Place& place) const {
    return {&a[place.at], &b[place.at], bias ? &bias[place.column] : nullptr};
  }

  static std::unique_ptr<Math[]> Expand(const IsaKernels& loops, const Apl& op,
                                        const Columns& columns,
                                        const void* values) {
    const auto* const in = static_cast<const typename Type::Storage*>(values);
    const int64_t channels = op.layout.channels;
    std::unique_ptr<Math[]> out(
        new Math[static_cast<size_t>(op.segments * columns.padded()) + 1]());
    std::vector<Math> row(static_cast<size_t>(channels));
    for (int64_t s = 0; s < op.segments; ++s) {
      LoadConverted<Type>(loops, in + s * channels, row.data(), channels);
      for (int64_t j = 0, at = 0; j < columns.joined; ++j) {
        for (int64_t c = 0; c < channels; ++c)
          out[columns.At(s, at++)] = row[static_cast<size_t>(c)];
      }
    }
    return out;
  }
};

/// One call: everything that its blocks share. dy null: forward.
template <class Type>
struct Run {
  using Math = typename Type::Math;
  using Storage = typename Type::Storage;
  const IsaKernels& loops;
  const AplLoops<Math>& apl;
  const Columns& columns;
  const AplParameters<Type>& parameters;
  const Storage* x;
  const Storage* dy;
  Storage* out;
  bool stream;

  /// Rows of columns in memory, with the parameters at `place`. `sums` are
  /// those of the item.
  void Block(AplBlock block, const Storage* from, const Storage* up,
             Storage* to, const Place& place, const AplSums<Math>& sums) const {
    if constexpr (!kConverts<Type>) {
      if (!stream || Streamable(block, to)) {
        Direct(stream, block, from, up, to, place, sums);
        return;
      }
    }
    Buffered(block, from, up, to, place, sums);
  }

 private:
  /// Whether the loops themselves can store past the caches.
  bool Streamable(const AplBlock& block, const Storage* to) const {
    if (apl.forward[1] == nullptr) return false;
    const int64_t row =
        block.out_stride * static_cast<int64_t>(sizeof(Storage));
    return columns.shared ||
           (reinterpret_cast<intptr_t>(to) | row) % kStreamAlignment == 0;
  }

  void Direct(bool past, const AplBlock& block, const Math* from,
              const Math* up, Math* to, const Place& place,
              const AplSums<Math>& sums) const {
    if (dy == nullptr) {
      apl.forward[past](block, from, parameters.From(place), to);
    } else {
      apl.backward[past](
          block, from, parameters.From(place), up, to,
          {sums.moment + place.at, sums.count + place.at,
           sums.dx == nullptr ? nullptr : sums.dx + place.column});
    }
  }

  /// Through buffers that hold converted inputs or an output to stream. Rows
  /// that share an addition stay together: of columns with parameters of their
  /// own the sums have the bits of one block.
  void Buffered(const AplBlock& block, const Storage* from, const Storage* up,
                Storage* to, const Place& place,
                const AplSums<Math>& sums) const {
    alignas(64) Math in[2][kConverts<Type> ? kBuffer : 1];
    alignas(64) Math result[kBuffer];
    for (int64_t c = 0; c < block.columns; c += kBlock) {
      const int64_t width = std::min(kBlock, block.columns - c);
      const int64_t step =
          kAplRows * std::max<int64_t>(1, kBlock / (kAplRows * width));
      for (int64_t r = 0; r < block.rows; r += step) {
        AplBlock part = block;
        part.rows = std::min(step, block.rows - r);
        part.columns = part.out_stride = width;
        const Storage* const source = from + r * block.stride + c;
        const Storage* const upstream =
            dy == nullptr ? nullptr : up + r * block.stride + c;
        const int64_t shift = columns.shared ? 0 : c;
        const Place here{place.at + shift, place.column + shift};
        if constexpr (kConverts<Type>) {
          part.stride = width;
          Gather(source, block.stride, part, in[0]);
          if (dy != nullptr) Gather(upstream, block.stride, part, in[1]);
          Direct(false, part, in[0], in[1], result, here, sums);
        } else {
          Direct(false, part, source, upstream, result, here, sums);
        }
        Scatter(result, part, to + r * block.out_stride + c, block.out_stride);
      }
    }
  }

  void Gather(const Storage* from, int64_t stride, const AplBlock& part,
              Math* to) const {
    const bool whole = stride == part.columns;
    const int64_t rows = whole ? 1 : part.rows;
    const int64_t n = whole ? part.rows * part.columns : part.columns;
    for (int64_t r = 0; r < rows; ++r)
      LoadConverted<Type>(loops, from + r * stride, to + r * n, n);
  }

  void Scatter(const Math* from, const AplBlock& part, Storage* to,
               int64_t stride) const {
    const bool whole = stride == part.columns;
    const int64_t rows = whole ? 1 : part.rows;
    const int64_t n = whole ? part.rows * part.columns : part.columns;
    for (int64_t r = 0; r < rows; ++r) {
      if constexpr (kConverts<Type>) {
        StoreConverted<Type>(loops, from + r * n, to + r * stride, n);
      } else {
        StreamOut(loops, from + r * n, to + r * stride, n);
      }
    }
  }
};

/// Copies a piece that does not fill the loops' columns into a padded one, runs
/// it, and copies the result back. `rows` rows of `width` elements, `stride`
/// apart; padded to `padded` columns.
template <class Type>
void PaddedBlock(const Run<Type>& run, int64_t offset, int64_t rows,
                 int64_t width, int64_t stride, int64_t padded,
                 const Place& place, int64_t parameters,
                 const AplSums<typename Type::Math>& sums) {
  using Storage = typename Type::Storage;
  constexpr int64_t most = kMostJoined * kAplColumns;
  Storage in[2][most], out[most];
  const int64_t step =
      std::max<int64_t>(1, std::min<int64_t>(64, most / padded));
  for (int64_t r = 0; r < rows; r += step) {
    const int64_t n = std::min(step, rows - r);
    std::memset(in, 0, sizeof in);
    for (int64_t i = 0; i < n; ++i) {
      const int64_t from = offset + (r + i) * stride;
      const size_t bytes = static_cast<size_t>(width) * sizeof(Storage);
      std::memcpy(in[0] + i * padded, run.x + from, bytes);
      if (run.dy != nullptr)
        std::memcpy(in[1] + i * padded, run.dy + from, bytes);
    }
    const AplBlock block{
        n, padded, padded, padded, run.columns.segments, parameters};
    Run<Type> plain = run;
    plain.stream = false;
    plain.Block(block, in[0], in[1], out, place, sums);
    for (int64_t i = 0; i < n; ++i) {
      std::memcpy(run.out + offset + (r + i) * stride, out + i * padded,
                  static_cast<size_t>(width) * sizeof(Storage));
    }
  }
}

/// Runs one item; `sums` are its partial sums (null forward).
template <class Type>
void RunItem(const Run<Type>& run, const Apl& op, const ChannelItem& item,
             const AplSums<typename Type::Math>& sums) {
  const Columns& columns = run.columns;
  const int64_t channels = op.layout.channels, inner = op.layout.inner;
  if (columns.shared) {
    for (int64_t c = item.channel; c < item.channel_end; ++c) {
      const int64_t offset = (item.row * channels + c) * inner + item.inner;
      const AplBlock block{item.row_end - item.row, item.inner_end - item.inner,
                           channels * inner,        channels * inner,
                           columns.segments,        columns.main};
      run.Block(block, run.x + offset,
                run.dy == nullptr ? nullptr : run.dy + offset, run.out + offset,
                {c, c}, sums);
    }
    return;
  }
  const int64_t stride = channels * columns.joined;
  const int64_t whole =
      std::min(item.row_end, op.layout.outer / columns.joined);
  const int64_t last = std::min(item.channel_end, columns.main);
  if (last > item.channel && whole > item.row) {
    const int64_t offset = item.row * stride + item.channel;
    const AplBlock block{whole - item.row, last - item.channel, stride,
                         stride,           columns.segments,    columns.main};
    run.Block(block, run.x + offset,
              run.dy == nullptr ? nullptr : run.dy + offset, run.out + offset,
              {item.channel, item.channel}, sums);
  }
  if (columns.tail > 0 && item.channel_end > columns.main) {
    PaddedBlock(run, item.row * stride + columns.main, item.row_end - item.row,
                columns.tail, stride, kAplColumns,
                {columns.segments * columns.main, columns.main}, kAplColumns,
                sums);
  }
  const int64_t rest = op.layout.outer - whole * columns.joined;
  if (columns.joined > 1 && item.row_end > whole && rest > 0) {
    PaddedBlock(run, whole * stride, 1, rest * channels, stride, columns.main,
                {0, 0}, columns.main, sums);
  }
}

struct Sizes {
  int64_t tensor, parameters, channels;
};

Sizes Check(const Apl& op, bool biased) {
  const size_t size = ElementSize(op.dtype);
  const int64_t count = CheckLayout(op.layout, size);
  CheckCount("segments", op.segments, size);
  CheckLayout({op.segments + 1, op.layout.channels, 1}, 16 * sizeof(double));
  if (biased) CheckChannelsLast("bias", op.layout);
  const int64_t bytes = static_cast<int64_t>(size);
  return {count * bytes, op.segments * op.layout.channels * bytes,
          op.layout.channels * bytes};
}

double Cost(const Apl& op) {
  return kCost * static_cast<double>(op.segments + 2);
}

AplParameterKind Kind(const Columns& columns, bool biased) {
  return columns.shared ? AplParameterKind::kShared
         : biased       ? AplParameterKind::kOwnBias
                        : AplParameterKind::kOwn;
}

void Forward(const Apl& op, const void* x, const void* bias, const void* a,
             const void* b, void* y, bool biased, const ParallelFor& parallel) {
  const Sizes bytes = Check(op, biased);
  const Buffer in{"x", x, bytes.tensor}, weights{"a", a, bytes.parameters},
      hinges{"b", b, bytes.parameters}, out{"y", y, bytes.tensor},
      added{"bias", bias, biased ? bytes.channels : 0};
  CheckPointers({in, weights, hinges, out, added}, ElementSize(op.dtype));
  CheckOverlap(out, {in}, true);
  CheckOverlap(out, {weights, hinges, added}, false);
  if (bytes.tensor == 0) return;
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Math = typename Type::Math;
    using Storage = typename Type::Storage;
    const IsaKernels& loops = Loops();
    const Columns columns(op);
    const AplParameters<Type> parameters(loops, op, columns, a, b, bias);
    const Run<Type> run{loops,
                        AplOf<Math>(loops, op.segments, Kind(columns, biased)),
                        columns,
                        parameters,
                        static_cast<const Storage*>(x),
                        nullptr,
                        static_cast<Storage*>(y),
                        Streams(bytes.tensor, x == y)};
    ForItems(Partition(columns.Layout(op.layout)), parallel, Cost(op),
             [&](const ChannelItem& item) {
               RunItem<Type>(run, op, item, {nullptr, nullptr, nullptr});
             });
  });
}

/// Partial sums of an item: moment and count of each segment, and those of dx.
int64_t SumsOf(const Apl& op, const Columns& columns, bool biased) {
  return (2 * op.segments + (biased ? 1 : 0)) * columns.padded();
}

int64_t Workspace(const Apl& op, bool biased) {
  Check(op, biased);
  const Columns columns(op);
  const ChannelPartition partition = Partition(columns.Layout(op.layout));
  const int64_t size = op.dtype == DType::kFloat64 ? 8 : 4;
  return partition.partials() * SumsOf(op, columns, biased) * size;
}

void Backward(const Apl& op, const void* x, const void* bias, const void* a,
              const void* b, const void* dy, void* dx, void* dbias, void* da,
              void* db, void* workspace, bool biased,
              const ParallelFor& parallel) {
  const Sizes bytes = Check(op, biased);
  const int64_t work = Workspace(op, biased);
  const int64_t bias_bytes = biased ? bytes.channels : 0;
  const Buffer in{"x", x, bytes.tensor}, weights{"a", a, bytes.parameters},
      hinges{"b", b, bytes.parameters}, up{"dy", dy, bytes.tensor},
      out{"dx", dx, bytes.tensor}, out_a{"da", da, bytes.parameters},
      out_b{"db", db, bytes.parameters}, scratch{"workspace", workspace, work},
      added{"bias", bias, bias_bytes}, out_bias{"dbias", dbias, bias_bytes};
  CheckPointers({in, weights, hinges, added, up, out, out_a, out_b, out_bias},
                ElementSize(op.dtype));
  CheckPointers({scratch}, alignof(double));
  CheckOverlap(out, {in, up}, true);
  CheckOverlap(out, {weights, hinges, added, out_a, out_b, out_bias, scratch},
               false);
  CheckOverlap(out_a, {in, up, hinges, weights, added, out_b, scratch}, false);
  CheckOverlap(out_b, {in, up, hinges, weights, added, scratch}, false);
  CheckOverlap(out_bias,
               {in, up, hinges, weights, added, out_a, out_b, scratch}, false);
  if (op.layout.channels == 0) return;
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Math = typename Type::Math;
    using Storage = typename Type::Storage;
    const IsaKernels& loops = Loops();
    const Columns columns(op);
    const AplParameters<Type> parameters(loops, op, columns, a, b, bias);
    const ChannelPartition partition = Partition(columns.Layout(op.layout));
    const int64_t sums = op.segments * columns.padded();
    const int64_t all = SumsOf(op, columns, biased);
    Math* const partials = static_cast<Math*>(workspace);
    if (work > 0) std::memset(workspace, 0, static_cast<size_t>(work));
    const Run<Type> run{loops,
                        AplOf<Math>(loops, op.segments, Kind(columns, biased)),
                        columns,
                        parameters,
                        static_cast<const Storage*>(x),
                        static_cast<const Storage*>(dy),
                        static_cast<Storage*>(dx),
                        Streams(bytes.tensor, dx == x || dx == dy)};
    ForItems(partition, parallel, 2 * Cost(op), [&](const ChannelItem& item) {
      Math* const moment = partials + item.partial * all;
      RunItem<Type>(
          run, op, item,
          {moment, moment + sums, biased ? moment + 2 * sums : nullptr});
    });
    const int64_t channels = op.layout.channels;
    // Sum of channel c over its columns and all partial sums; of dx: s = 0.
    const auto total = [&](const Columns& held, int64_t first, int64_t s,
                           int64_t c) {
      double sum = 0;
      for (int64_t p = 0; p < partition.partials(); ++p) {
        const Math* const partial = partials + p * all + first;
        for (int64_t j = c; j < channels * held.joined; j += channels)
          sum += partial[held.At(s, j)];
      }
      return sum;
    };
    std::vector<Math> row_a(static_cast<size_t>(channels)), row_b(row_a);
    for (int64_t s = 0; s < op.segments; ++s) {
      for (int64_t c = 0; c < channels; ++c) {
        row_a[static_cast<size_t>(c)] =
            static_cast<Math>(total(columns, 0, s, c));
        row_b[static_cast<size_t>(c)] = static_cast<Math>(
            parameters.a[columns.At(s, c)] * total(columns, sums, s, c));
      }
      StoreConverted<Type>(loops, row_a.data(),
                           static_cast<Storage*>(da) + s * channels, channels);
      StoreConverted<Type>(loops, row_b.data(),
                           static_cast<Storage*>(db) + s * channels, channels);
    }
    if (!biased) return;
    const Columns single = columns.OneSegment();
    for (int64_t c = 0; c < channels; ++c)
      row_a[static_cast<size_t>(c)] =
          static_cast<Math>(total(single, 2 * sums, 0, c));
    StoreConverted<Type>(loops, row_a.data(), static_cast<Storage*>(dbias),
                         channels);
  });
}

}  // namespace

void AplForward(const Apl& op, const void* x, const void* a, const void* b,
                void* y, const ParallelFor& parallel) {
  Forward(op, x, nullptr, a, b, y, false, parallel);
}

void BiasedAplForward(const Apl& op, const void* x, const void* bias,
                      const void* a, const void* b, void* y,
                      const ParallelFor& parallel) {
  Forward(op, x, bias, a, b, y, true, parallel);
}

int64_t AplBackwardWorkspace(const Apl& op) { return Workspace(op, false); }

int64_t BiasedAplBackwardWorkspace(const Apl& op) {
  return Workspace(op, true);
}

void AplBackward(const Apl& op, const void* x, const void* a, const void* b,
                 const void* dy, void* dx, void* da, void* db, void* workspace,
                 const ParallelFor& parallel) {
  Backward(op, x, nullptr, a, b, dy, dx, nullptr, da, db, workspace, false,
           parallel);
}

void BiasedAplBackward(const Apl& op, const void* x, const void* bias,
                       const void* a, const void* b, const void* dy, void* dx,
                       void* dbias, void* da, void* db, void* workspace,
                       const ParallelFor& parallel) {
  Backward(op, x, bias, a, b, dy, dx, dbias, da, db, workspace, true, parallel);
}

}  // namespace cuda_activations
