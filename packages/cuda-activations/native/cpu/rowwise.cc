// Functions of a whole row: rows that fit a buffer at once, longer ones in
// parts that the buffer holds.
#include <algorithm>

#include "checks.h"
#include "tiles.h"

namespace cuda_activations {

namespace {

constexpr double kCost = 0.8;  // nanoseconds an element

/// Elements of the buffers: 32 KB of float.
constexpr int64_t kHeld = 8 * kTile;

/// Rows that go through the buffers at once: about a tile; a full buffer takes
/// up to 1.7 times as long where it then leaves past the caches. Where they are
/// shorter than the loops' blocks, which take one in each lane, whole blocks.
int64_t RowsAtOnce(int64_t width) {
  constexpr int64_t lanes = 128 / sizeof(float);
  return width < lanes ? DivideUp(kTile / lanes, width) * lanes
                       : std::max<int64_t>(1, kTile / width);
}

int64_t Check(const Rowwise& op) {
  Info(op.activation);
  const size_t size = ElementSize(op.dtype);
  CheckCount("rows", op.rows, size);
  CheckCount("width", op.width, size);
  return CheckLayout({op.rows, op.width, 1}, size) * static_cast<int64_t>(size);
}

/// Runs f(first row, rows) over all rows, some kChunk elements at a time.
template <class F>
void ForRows(const Rowwise& op, const ParallelFor& parallel, const F& f) {
  if (op.rows == 0 || op.width == 0) return;
  const int64_t rows = std::max<int64_t>(1, kChunk / op.width);
  const int64_t chunks = DivideUp(op.rows, rows);
  auto body = [&](int64_t begin, int64_t end) {
    const int64_t first = begin * rows;
    f(first, std::min(end * rows, op.rows) - first);
  };
  if (chunks == 1) return body(0, 1);
  parallel.Run(chunks, kCost * static_cast<double>(rows * op.width), body);
}

/// A tile of kHeld elements between a tensor and the loops.
template <class Type>
class Held {
 public:
  using Math = typename Type::Math;
  using Storage = typename Type::Storage;
  explicit Held(const IsaKernels& loops) : loops_(loops) {}

  const Math* Read(const Storage* from, int64_t n) {
    if constexpr (kConverts<Type>) {
      LoadConverted<Type>(loops_, from, buffer_, n);
      return buffer_;
    } else {
      return from;
    }
  }
  Math* Begin(Storage* to, bool stream) {
    if constexpr (!kConverts<Type>) {
      if (!stream) return to;
    }
    return buffer_;
  }
  void End(Storage* to, int64_t n, bool stream) {
    if constexpr (kConverts<Type>) {
      // A tile of halves is small: it goes out from the first-level cache.
      for (int64_t i = 0; i < n; i += kTile) {
        const int64_t part = std::min(kTile, n - i);
        if (stream) {
          alignas(64) Storage narrow[kTile];
          StoreConverted<Type>(loops_, buffer_ + i, narrow, part);
          StreamOut(loops_, narrow, to + i, part);
        } else {
          StoreConverted<Type>(loops_, buffer_ + i, to + i, part);
        }
      }
    } else if (stream) {
      StreamOut(loops_, buffer_, to, n);
    }
  }

 private:
  const IsaKernels& loops_;
  alignas(64) Math buffer_[kHeld];
};

}  // namespace

void RowwiseForward(const Rowwise& op, const void* x, void* y,
                    const ParallelFor& parallel) {
  const int64_t bytes = Check(op);
  const Buffer in{"x", x, bytes}, out{"y", y, bytes};
  CheckPointers({in, out}, ElementSize(op.dtype));
  CheckOverlap(out, {in}, true);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Storage = typename Type::Storage;
    using Math = typename Type::Math;
    const IsaKernels& loops = Loops();
    const RowLoops<Math>& row_loops = RowsOf<Math>(loops, op.activation);
    const bool stream = Streams(bytes, x == y);
    const int64_t n = op.width;
    ForRows(op, parallel, [&](int64_t first, int64_t rows) {
      const Storage* from = static_cast<const Storage*>(x) + first * n;
      Storage* to = static_cast<Storage*>(y) + first * n;
      Held<Type> held(loops);
      if (n <= kHeld) {
        const int64_t step = kConverts<Type> || stream ? RowsAtOnce(n) : rows;
        for (int64_t r = 0; r < rows; r += step) {
          const int64_t group = std::min(step, rows - r);
          // One buffer serves both sides: the loops work in place.
          row_loops.forward(held.Read(from + r * n, group * n),
                            held.Begin(to + r * n, stream), group, n);
          held.End(to + r * n, group * n, stream);
        }
        return;
      }
      for (int64_t r = 0; r < rows; ++r, from += n, to += n) {
        RowPasses passes;
        do {
          for (int64_t i = 0; i < n; i += kHeld) {
            const int64_t part = std::min(kHeld, n - i);
            row_loops.reduce(held.Read(from + i, part), part, &passes);
          }
        } while (row_loops.again(&passes));
        for (int64_t i = 0; i < n; i += kHeld) {
          const int64_t part = std::min(kHeld, n - i);
          row_loops.map(passes, held.Read(from + i, part),
                        held.Begin(to + i, stream), part);
          held.End(to + i, part, stream);
        }
      }
    });
  });
}

void RowwiseBackward(const Rowwise& op, const void* y, const void* dy, void* dx,
                     const ParallelFor& parallel) {
  const int64_t bytes = Check(op);
  const Buffer in{"y", y, bytes}, up{"dy", dy, bytes}, out{"dx", dx, bytes};
  CheckPointers({in, up, out}, ElementSize(op.dtype));
  CheckOverlap(out, {in, up}, true);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Storage = typename Type::Storage;
    using Math = typename Type::Math;
    const IsaKernels& loops = Loops();
    const RowLoops<Math>& row_loops = RowsOf<Math>(loops, op.activation);
    const bool stream = Streams(bytes, dx == y || dx == dy);
    const int64_t n = op.width;
    ForRows(op, parallel, [&](int64_t first, int64_t rows) {
      const Storage* from = static_cast<const Storage*>(y) + first * n;
      const Storage* upstream = static_cast<const Storage*>(dy) + first * n;
      Storage* to = static_cast<Storage*>(dx) + first * n;
      Held<Type> held(loops);
      Held<Type> held_up(loops);
      if (n <= kHeld) {
        const int64_t step = kConverts<Type> || stream ? RowsAtOnce(n) : rows;
        for (int64_t r = 0; r < rows; r += step) {
          const int64_t group = std::min(step, rows - r);
          row_loops.backward(held.Read(from + r * n, group * n),
                             held_up.Read(upstream + r * n, group * n),
                             held.Begin(to + r * n, stream), group, n);
          held.End(to + r * n, group * n, stream);
        }
        return;
      }
      for (int64_t r = 0; r < rows; ++r, from += n, upstream += n, to += n) {
        RowPasses passes;
        for (int64_t i = 0; i < n; i += kHeld) {
          const int64_t part = std::min(kHeld, n - i);
          row_loops.backward_reduce(held.Read(from + i, part),
                                    held_up.Read(upstream + i, part), part,
                                    &passes);
        }
        for (int64_t i = 0; i < n; i += kHeld) {
          const int64_t part = std::min(kHeld, n - i);
          row_loops.backward_map(passes, held.Read(from + i, part),
                                 held_up.Read(upstream + i, part),
                                 held.Begin(to + i, stream), part);
          held.End(to + i, part, stream);
        }
      }
    });
  });
}

}  // namespace cuda_activations
