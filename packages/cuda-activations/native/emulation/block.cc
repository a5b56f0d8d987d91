#include "block.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <thread>
#include <utility>
#include <vector>

namespace cuda_activations {
namespace emulation {
namespace {

thread_local Block* current_block = nullptr;

unsigned EnvironmentNumber(const char* name, unsigned fallback) {
  const char* value = std::getenv(name);
  return value != nullptr ? static_cast<unsigned>(std::atoi(value)) : fallback;
}

}  // namespace

CA_UNSEEN Block& Block::Current() { return *current_block; }

Block::Block(const char* kernel, unsigned threads, Index3 grid, uint32_t seed)
    : kernel_(kernel),
      threads_(threads),
      grid_(grid),
      random_(seed),
      thread_store_(new Thread[threads]),
      warp_store_(new Warp[(threads + 31) / 32]),
      order_store_(new unsigned[threads]),
      thread_(thread_store_.get()),
      warp_(warp_store_.get()),
      order_(order_store_.get()) {
#if defined(__SANITIZE_THREAD__)
  scheduler_tsan_ = __tsan_get_current_fiber();
#endif
}

CA_UNSEEN void Block::Die(const char* what) const {
  std::fprintf(stderr, "emulation: %s (kernel %s, block %u, thread %u)\n", what,
               kernel_, index_, current_);
  std::abort();
}

CA_UNSEEN void Block::Yield(bool for_good) {
  thread_[current_].fiber.Yield(&scheduler_, scheduler_tsan_, for_good);
}

CA_UNSEEN void Block::Entry() {
  Block& block = Current();
  Thread& thread = block.thread_[block.current_];
  thread.fiber.Entered();
  Acquire(&block.body_);
  (*block.body_)();
  Release(&block.body_);
  thread.state = State::kDone;
  --block.live_;
  block.Yield(true);
  block.Die("a finished thread was resumed");
}

CA_UNSEEN void Block::Run(unsigned index, const std::function<void()>& body) {
  current_block = this;
  index_ = index;
  body_ = &body;
  live_ = threads_;
  waiting_ = 0;
  for (unsigned i = 0; i < threads_; ++i) {
    order_[i] = i;
    random_ = random_ * 1664525u + 1013904223u;
    std::swap(order_[i],
              order_[static_cast<uint64_t>(random_) * (i + 1) >> 32]);
    thread_[i].fiber.Prepare(Entry);
    thread_[i].state = State::kReady;
    thread_[i].fenced = false;
    thread_[i].atomic = nullptr;
  }
  for (unsigned i = 0; i < (threads_ + 31) / 32; ++i) warp_[i].arrived = 0;
  Release(&body_);
  while (live_ > 0) {
    bool moved = false;
    for (unsigned i = 0; i < threads_; ++i) {
      Thread& thread = thread_[order_[i]];
      if (thread.state == State::kAtShuffle &&
          warp_[order_[i] / 32].generation != thread.shuffle) {
        thread.state = State::kReady;
      }
      if (thread.state != State::kReady) continue;
      moved = true;
      current_ = order_[i];
      thread.fiber.Resume(&scheduler_, scheduler_tsan_);
    }
    if (live_ > 0 && waiting_ == live_) {
      if (live_ != threads_) Die("__syncthreads after some threads have left");
      waiting_ = 0;
      ++barrier_;
      moved = true;
      for (unsigned i = 0; i < threads_; ++i) {
        thread_[i].state = State::kReady;
      }
    }
    if (!moved) Die("deadlock: not every thread reaches the same barrier");
  }
  Acquire(&body_);
  current_block = nullptr;
}

CA_UNSEEN void Block::Barrier() {
  Release(&barrier_);
  thread_[current_].state = State::kAtBarrier;
  ++waiting_;
  Yield(false);
  Acquire(&barrier_);
}

CA_UNSEEN void Block::Shuffle(uint32_t mask, const void* value, void* result,
                              unsigned bytes, unsigned source) {
  const unsigned lane = current_ % 32;
  Warp& warp = warp_[current_ / 32];
  if (bytes > sizeof warp.value[0][0]) Die("shuffle of too large a value");
  if ((mask >> lane & 1) == 0) Die("a lane shuffles that is not in its mask");
  if (warp.arrived != 0 && warp.mask != mask) {
    Die("lanes of one warp shuffle with different masks");
  }
  for (unsigned i = 0; i < 32; ++i) {
    const unsigned other = current_ - lane + i;
    if ((mask >> i & 1) != 0 &&
        (other >= threads_ || thread_[other].state == State::kDone)) {
      Die("the mask of a shuffle names a lane that has left");
    }
  }
  const uint64_t generation = warp.generation;
  warp.mask = mask;
  std::memcpy(warp.value[generation % 2][lane], value, bytes);
  warp.arrived |= 1u << lane;
  Release(&warp);
  if (warp.arrived == mask) {
    warp.arrived = 0;
    ++warp.generation;
  } else {
    thread_[current_].shuffle = generation;
    thread_[current_].state = State::kAtShuffle;
    Yield(false);
  }
  Acquire(&warp);
  if (source < 32 && (mask >> source & 1) != 0) {
    std::memcpy(result, warp.value[generation % 2][source], bytes);
  } else {
    std::memset(result, 0xff, bytes);
  }
}

CA_UNSEEN void Block::Fence() {
  Thread& thread = thread_[current_];
  thread.fenced = true;
  if (thread.atomic != nullptr) Acquire(thread.atomic);
}

CA_UNSEEN void Block::BeforeAtomic(void* address) {
  Thread& thread = thread_[current_];
  if (thread.fenced) Release(address);
  thread.fenced = false;
}

CA_UNSEEN void Block::AfterAtomic(void* address) {
  thread_[current_].atomic = address;
}

void Launch(const char* kernel, unsigned blocks, unsigned threads,
            const std::function<void()>& body) {
  const unsigned workers =
      std::max(1u, std::min(blocks, EnvironmentNumber("EMULATION_THREADS", 1)));
  const unsigned seed = EnvironmentNumber("EMULATION_SEED", 1);
  // Fixed shares: a shared counter would order the blocks for the sanitizer.
  const auto work = [&](unsigned worker) {
    Block block(kernel, threads, {blocks, 1, 1}, seed * 2654435761u + worker);
    for (unsigned i = worker; i < blocks; i += workers) {
      // The seed decides the order of the blocks as well.
      const unsigned turned =
          static_cast<unsigned>((i + uint64_t{seed} * 7919) % blocks);
      block.Run(seed % 2 == 0 ? blocks - 1 - turned : turned, body);
    }
  };
  if (workers == 1) return work(0);
  std::vector<std::thread> pool;
  for (unsigned i = 0; i < workers; ++i) pool.emplace_back(work, i);
  for (std::thread& thread : pool) thread.join();
}

}  // namespace emulation
}  // namespace cuda_activations
