// Tensors are worked on in tiles that stay in the first-level cache. A tile of
// float or double is the tensor's own memory; one of a 16-bit type is converted
// to float and back. Large outputs leave through non-temporal stores.
#ifndef CUDA_ACTIVATIONS_CPU_TILES_H_
#define CUDA_ACTIVATIONS_CPU_TILES_H_

#include <cstring>
#include <type_traits>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "dispatch.h"
#include "kernels.h"

namespace cuda_activations {

/// Elements of a tile.
constexpr int64_t kTile = 1024;

/// Elements that a thread takes at a time in element-wise kernels.
constexpr int64_t kChunk = 16 * kTile;

inline int64_t DivideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Element types as the kernels see them: Math is what they compute in.
struct Float32 {
  using Storage = float;
  using Math = float;
};
struct Float64 {
  using Storage = double;
  using Math = double;
};
struct Float16 {
  using Storage = uint16_t;
  using Math = float;
};
struct BFloat16 {
  using Storage = uint16_t;
  using Math = float;
};

template <class Type>
constexpr bool kConverts = sizeof(typename Type::Storage) == 2;

/// Elements of a cache line.
template <class Type>
constexpr int64_t kLine =
    kStreamAlignment / static_cast<int64_t>(sizeof(typename Type::Storage));

/// Elements between `p` and the beginning of its cache line.
template <class Storage>
int64_t PastLine(const Storage* p) {
  return reinterpret_cast<intptr_t>(p) % kStreamAlignment /
         static_cast<int64_t>(sizeof(Storage));
}

template <class Type>
void LoadConverted(const IsaKernels& loops, const typename Type::Storage* from,
                   typename Type::Math* to, int64_t n) {
  if constexpr (std::is_same_v<Type, Float16>) {
    loops.convert.half_to_float(from, to, n);
  } else if constexpr (std::is_same_v<Type, BFloat16>) {
    loops.convert.bfloat16_to_float(from, to, n);
  } else {
    std::memcpy(to, from, static_cast<size_t>(n) * sizeof *to);
  }
}

template <class Type>
void StoreConverted(const IsaKernels& loops, const typename Type::Math* from,
                    typename Type::Storage* to, int64_t n) {
  if constexpr (std::is_same_v<Type, Float16>) {
    loops.convert.float_to_half(from, to, n);
  } else if constexpr (std::is_same_v<Type, BFloat16>) {
    loops.convert.float_to_bfloat16(from, to, n);
  } else {
    std::memcpy(to, from, static_cast<size_t>(n) * sizeof *to);
  }
}

template <class Storage>
void StreamOut(const IsaKernels& loops, const Storage* from, Storage* to,
               int64_t n) {
  if constexpr (sizeof(Storage) == 2) {
    loops.convert.stream(from, to, n);
  } else if constexpr (sizeof(Storage) == 4) {
    loops.vector_float.stream(from, to, n);
  } else {
    loops.vector_double.stream(from, to, n);
  }
}

/// Orders what StreamOut and streaming loops stored before whatever the thread
/// does next. Once for all tiles of a chunk: the fence waits until the stores
/// have left.
inline void FenceStores() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

template <class Math>
const PointwiseLoops<Math>& PointwiseOf(const IsaKernels& loops,
                                        PointwiseId id) {
  if constexpr (sizeof(Math) == 4) {
    return loops.pointwise_float[static_cast<int>(id)];
  } else {
    return loops.pointwise_double[static_cast<int>(id)];
  }
}

template <class Math>
const GatedLoops<Math>& GatedOf(const IsaKernels& loops, GatedId id) {
  if constexpr (sizeof(Math) == 4) {
    return loops.gated_float[static_cast<int>(id)];
  } else {
    return loops.gated_double[static_cast<int>(id)];
  }
}

template <class Math>
const RowLoops<Math>& RowsOf(const IsaKernels& loops, RowwiseId id) {
  if constexpr (sizeof(Math) == 4) {
    return loops.row_float[static_cast<int>(id)];
  } else {
    return loops.row_double[static_cast<int>(id)];
  }
}

template <class Math>
const VectorLoops<Math>& VectorOf(const IsaKernels& loops) {
  if constexpr (sizeof(Math) == 4) {
    return loops.vector_float;
  } else {
    return loops.vector_double;
  }
}

template <class Math>
const AplLoops<Math>& AplOf(const IsaKernels& loops, int64_t segments,
                            AplParameterKind kind) {
  if constexpr (sizeof(Math) == 4) {
    return loops.apl_float(segments, kind);
  } else {
    return loops.apl_double(segments, kind);
  }
}

/// A tile of an input. Constant for float and double: no copy is made.
template <class Type>
class InputTile {
 public:
  using Math = typename Type::Math;
  using Storage = typename Type::Storage;
  const Math* Read(const IsaKernels& loops, const Storage* from, int64_t n) {
    if constexpr (kConverts<Type>) {
      LoadConverted<Type>(loops, from, buffer_, n);
      return buffer_;
    } else {
      return from;
    }
  }

 private:
  alignas(64) Math buffer_[kConverts<Type> ? kTile : 1];
};

/// A tile of an output: Begin gives the place to compute into, End brings it to
/// the tensor.
template <class Type>
class OutputTile {
 public:
  using Math = typename Type::Math;
  using Storage = typename Type::Storage;
  explicit OutputTile(bool stream) : stream_(stream) {}

  /// Whether a loop can stream to the tensor itself, without Begin and End.
  bool direct() const { return stream_ && !kConverts<Type>; }

  Math* Begin(Storage* to) {
    if constexpr (!kConverts<Type>) {
      if (!stream_) return to;
    }
    return buffer_;
  }

  void End(const IsaKernels& loops, Storage* to, int64_t n) {
    if constexpr (kConverts<Type>) {
      if (!stream_) {
        StoreConverted<Type>(loops, buffer_, to, n);
      } else {
        StoreConverted<Type>(loops, buffer_, narrow_, n);
        StreamOut(loops, narrow_, to, n);
      }
    } else if (stream_) {
      StreamOut(loops, buffer_, to, n);
    }
  }

 private:
  const bool stream_;
  alignas(64) Math buffer_[kTile];
  alignas(64) Storage narrow_[kConverts<Type> ? kTile : 1];
};

/// Whether an output of `bytes` goes past the caches: it would not fit them, so
/// reading its lines first costs a third of the traffic. In place the lines are
/// there already.
inline bool Streams(int64_t bytes, bool in_place) {
  return bytes > (int64_t{16} << 20) && !in_place;
}

/// Calls f(Type{}) for the element type.
template <class F>
void ForType(DType dtype, const F& f) {
  switch (dtype) {
    case DType::kFloat32:
      return f(Float32{});
    case DType::kFloat16:
      return f(Float16{});
    case DType::kBFloat16:
      return f(BFloat16{});
    case DType::kFloat64:
      return f(Float64{});
  }
}

/// Runs f(begin, end) over [0, count) elements in chunks.
template <class F>
void ForChunks(const ParallelFor& parallel, int64_t count, double nanoseconds,
               const F& f) {
  const int64_t chunks = DivideUp(count, kChunk);
  if (chunks == 0) return;
  if (chunks == 1) return f(0, count);
  parallel.Run(chunks, nanoseconds * kChunk,
               [&f, count](int64_t begin, int64_t end) {
                 const int64_t last = end * kChunk;
                 f(begin * kChunk, last < count ? last : count);
                 FenceStores();
               });
}

}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CPU_TILES_H_
