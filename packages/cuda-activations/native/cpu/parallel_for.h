// How a kernel spreads its chunks over threads: the project's own pool, or a
// host's (TensorFlow's intra-op pool).
#ifndef CUDA_ACTIVATIONS_CPU_PARALLEL_FOR_H_
#define CUDA_ACTIVATIONS_CPU_PARALLEL_FOR_H_

#include <cstdint>
#include <functional>

namespace cuda_activations {

class ParallelFor {
 public:
  /// Works on the chunks begin <= chunk < end. Never throws. Calls for
  /// disjoint ranges may run at the same time.
  using Body = std::function<void(int64_t begin, int64_t end)>;

  virtual ~ParallelFor() = default;

  /// Calls `body` until each chunk in [0, count) was covered once, and returns
  /// after the last call has returned. `nanoseconds` is the estimated time of
  /// one chunk on one thread (tensorflow::Shard's cost per unit). The caller's
  /// thread takes part. A kernel calls this at most three times, one after the
  /// other, and not at all where one thread is faster.
  virtual void Run(int64_t count, double nanoseconds,
                   const Body& body) const = 0;
};

/// Runs everything in the caller's thread.
const ParallelFor& SerialExecution();

/// The process-wide pool: its threads sleep when idle (no spinning), it is
/// made by the first call that needs more than one thread, and concurrent
/// callers share it. Size: CUDA_ACTIVATIONS_THREADS, else the number of cores
/// that affinity mask and cgroup quota leave.
const ParallelFor& ThreadPool();

/// Threads that ThreadPool() uses, the caller's included.
int ThreadPoolSize();

/// Sets that number (1 to 1024; std::invalid_argument otherwise) and returns
/// the old one.
int SetThreadPoolSize(int threads);

}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CPU_PARALLEL_FOR_H_
