// y = a g(b) on packed or separate halves.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "checks.h"
#include "tiles.h"

namespace cuda_activations {

namespace {

constexpr double kCost = 0.6;  // nanoseconds an element of y

struct Spans {
  int64_t dense;    ///< bytes of y
  int64_t strided;  ///< bytes from the first to the last element of a
};

Spans Check(const Gated& op) {
  Info(op.activation);
  const size_t size = ElementSize(op.dtype);
  CheckCount("stride", op.stride, size);
  if (op.stride < op.width) {
    throw std::invalid_argument("stride: expected the width (" +
                                std::to_string(op.width) + ") or more, got " +
                                std::to_string(op.stride));
  }
  const int64_t count = CheckLayout({op.rows, op.width, 1}, size);
  CheckLayout({op.rows, op.stride, 1}, size);
  if (count == 0) return {0, 0};
  const int64_t bytes = static_cast<int64_t>(size);
  return {count * bytes, ((op.rows - 1) * op.stride + op.width) * bytes};
}

/// Two outputs or inputs may interleave, row by row, where they are `width`
/// apart: the halves of a packed tensor.
bool Interleave(const Gated& op, const void* a, const void* b) {
  const int64_t distance =
      (static_cast<const char*>(b) - static_cast<const char*>(a)) /
      static_cast<int64_t>(ElementSize(op.dtype));
  const int64_t apart = distance < 0 ? -distance : distance;
  return apart >= op.width && apart + op.width <= op.stride;
}

/// Calls f(offset in a, offset in y, elements) for the rows, or parts of them,
/// that the elements [begin, end) are.
template <class F>
void ForParts(const Gated& op, int64_t begin, int64_t end, const F& f) {
  for (int64_t i = begin; i < end;) {
    const int64_t row = i / op.width, column = i % op.width;
    const int64_t n = std::min(op.width - column, end - i);
    f(row * op.stride + column, i, n);
    i += n;
  }
}

template <class Type>
const typename Type::Storage* At(const void* p, int64_t offset) {
  return static_cast<const typename Type::Storage*>(p) + offset;
}
template <class Type>
typename Type::Storage* At(void* p, int64_t offset) {
  return static_cast<typename Type::Storage*>(p) + offset;
}

// Elements from which what is left of cache lines at the ends of a row no
// longer counts.
constexpr int64_t kLongRow = 4 * kTile;

/// Whether rows `distance` elements apart go past the caches one by one: they
/// are long, or each begins a line. Shorter ones would mix both kinds of stores
/// every few lines, which takes several times as long.
template <class Type>
bool StreamsRows(const Gated& op, const void* out, int64_t distance) {
  return op.width >= kLongRow ||
         (PastLine(At<Type>(out, 0)) | distance % kLine<Type>) == 0;
}

}  // namespace

void GatedForward(const Gated& op, const void* a, const void* b, void* y,
                  const ParallelFor& parallel) {
  const Spans bytes = Check(op);
  const Buffer left{"a", a, bytes.strided}, right{"b", b, bytes.strided},
      out{"y", y, bytes.dense};
  CheckPointers({left, right, out}, ElementSize(op.dtype));
  CheckOverlap(out, {left, right}, op.rows <= 1 || op.stride == op.width);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Math = typename Type::Math;
    const IsaKernels& loops = Loops();
    const auto& loop = GatedOf<Math>(loops, op.activation).forward;
    const bool stream = Streams(bytes.dense, y == a || y == b);
    const bool direct =
        stream && !kConverts<Type> && StreamsRows<Type>(op, y, op.width);
    const bool tiled = kConverts<Type> || (stream && !direct);
    ForChunks(
        parallel, op.rows * op.width, kCost, [&](int64_t begin, int64_t end) {
          InputTile<Type> as, bs;
          OutputTile<Type> ys(stream && !direct);
          for (int64_t i = begin, n; i < end; i += n) {
            // A tile of several rows; the next one begins a line.
            const int64_t step =
                tiled ? kTile - (stream ? PastLine(At<Type>(y, i)) : 0)
                      : kChunk;
            n = std::min(step, end - i);
            Math* const to = ys.Begin(At<Type>(y, i));
            ForParts(op, i, i + n, [&](int64_t from, int64_t at, int64_t part) {
              loop[direct](as.Read(loops, At<Type>(a, from), part),
                           bs.Read(loops, At<Type>(b, from), part),
                           to + (at - i), part);
            });
            ys.End(loops, At<Type>(y, i), n);
          }
        });
  });
}

void GatedBackward(const Gated& op, const void* a, const void* b,
                   const void* dy, void* da, void* db,
                   const ParallelFor& parallel) {
  const Spans bytes = Check(op);
  const Buffer left{"a", a, bytes.strided}, right{"b", b, bytes.strided},
      up{"dy", dy, bytes.dense}, out_left{"da", da, bytes.strided},
      out_right{"db", db, bytes.strided};
  CheckPointers({left, right, up, out_left, out_right}, ElementSize(op.dtype));
  const bool dense = op.rows <= 1 || op.stride == op.width;
  for (const Buffer& out : {out_left, out_right}) {
    CheckOverlap(out, {up}, dense);
    for (const Buffer& in : {left, right})
      if (!Interleave(op, out.data, in.data)) CheckOverlap(out, {in}, true);
  }
  if (!Interleave(op, da, db)) CheckOverlap(out_left, {out_right}, false);
  ForType(op.dtype, [&](auto type) {
    using Type = decltype(type);
    using Math = typename Type::Math;
    const IsaKernels& loops = Loops();
    const auto& loop = GatedOf<Math>(loops, op.activation).backward;
    const bool stream =
        Streams(bytes.dense * 2, da == a || db == b || da == dy || db == dy) &&
        StreamsRows<Type>(op, da, op.stride) &&
        StreamsRows<Type>(op, db, op.stride);
    const bool direct = stream && !kConverts<Type> &&
                        PastLine(At<Type>(da, 0)) == PastLine(At<Type>(db, 0));
    const int64_t step =
        kConverts<Type> || (stream && !direct) ? kTile : kChunk;
    ForChunks(
        parallel, op.rows * op.width, kCost, [&](int64_t begin, int64_t end) {
          InputTile<Type> as, bs, dys;
          OutputTile<Type> das(stream && !direct), dbs(stream && !direct);
          for (int64_t i = begin; i < end; i += step) {
            ForParts(op, i, std::min(i + step, end),
                     [&](int64_t at, int64_t dense_at, int64_t n) {
                       loop[direct](as.Read(loops, At<Type>(a, at), n),
                                    bs.Read(loops, At<Type>(b, at), n),
                                    dys.Read(loops, At<Type>(dy, dense_at), n),
                                    das.Begin(At<Type>(da, at)),
                                    dbs.Begin(At<Type>(db, at)), n);
                       das.End(loops, At<Type>(da, at), n);
                       dbs.End(loops, At<Type>(db, at), n);
                     });
          }
        });
  });
}

}  // namespace cuda_activations
