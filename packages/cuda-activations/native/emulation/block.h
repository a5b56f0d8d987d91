// Runs the threads of one CUDA block as fibers: barriers, warp shuffles, and
// what a GPU leaves undefined reported instead of guessed (a lane missing from
// a shuffle, a barrier that some threads never reach).
#ifndef CUDA_ACTIVATIONS_EMULATION_BLOCK_H_
#define CUDA_ACTIVATIONS_EMULATION_BLOCK_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "fiber.h"

namespace cuda_activations {
namespace emulation {

struct Index3 {
  unsigned x = 0, y = 0, z = 0;
};

class Block {
 public:
  /// `seed` decides in which order the threads take turns.
  Block(const char* kernel, unsigned threads, Index3 grid, uint32_t seed);

  /// Runs `body` once in each thread of block `index`.
  void Run(unsigned index, const std::function<void()>& body);

  /// The block that the calling OS thread runs.
  static Block& Current();

  CA_UNSEEN unsigned thread() const { return current_; }
  CA_UNSEEN Index3 thread_index() const { return {current_, 0, 0}; }
  CA_UNSEEN Index3 index() const { return {index_, 0, 0}; }
  CA_UNSEEN Index3 grid() const { return grid_; }
  CA_UNSEEN Index3 size() const { return {threads_, 1, 1}; }

  void Barrier();

  /// Hands `bytes` of each lane in `mask` to the others and returns those of
  /// lane `source`; poison (all ones) where that lane takes no part.
  void Shuffle(uint32_t mask, const void* value, void* result, unsigned bytes,
               unsigned source);

  /// What __threadfence and atomics order, see shim.h.
  void Fence();
  void BeforeAtomic(void* address);
  void AfterAtomic(void* address);

 private:
  enum class State : uint8_t { kReady, kAtBarrier, kAtShuffle, kDone };
  struct Thread {
    Fiber fiber;
    State state = State::kDone;
    uint64_t shuffle = 0;    ///< the generation it waits to end
    bool fenced = false;     ///< a fence since the last atomic
    void* atomic = nullptr;  ///< the last atomic's address
  };
  struct Warp {
    uint32_t mask = 0, arrived = 0;
    uint64_t generation = 0;
    // Two generations, so that a fast lane does not overwrite what a slow one
    // has yet to read.
    alignas(8) unsigned char value[2][32][8];
  };

  static void Entry();
  void Yield(bool for_good);
  [[noreturn]] void Die(const char* what) const;

  const char* kernel_;
  const unsigned threads_;
  const Index3 grid_;
  uint32_t random_;
  unsigned index_ = 0, current_ = 0, live_ = 0, waiting_ = 0;
  uint64_t barrier_ = 0;
  const std::function<void()>* body_ = nullptr;
  std::unique_ptr<Thread[]> thread_store_;
  std::unique_ptr<Warp[]> warp_store_;
  std::unique_ptr<unsigned[]> order_store_;
  // What the bookkeeping goes through: an accessor of the standard library
  // would be seen by ThreadSanitizer.
  Thread* const thread_;
  Warp* const warp_;
  unsigned* const order_;
  ucontext_t scheduler_;
  void* scheduler_tsan_ = nullptr;
};

/// Runs a grid of `blocks` x `threads`, on as many OS threads as the
/// environment variable EMULATION_THREADS says (1 without it).
void Launch(const char* kernel, unsigned blocks, unsigned threads,
            const std::function<void()>& body);

}  // namespace emulation
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_EMULATION_BLOCK_H_
