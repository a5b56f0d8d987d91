// A fiber for each CUDA thread, known to the sanitizers: ThreadSanitizer sees
// every CUDA thread as a thread of its own, so that a missing barrier is a data
// race, and AddressSanitizer follows the stacks.
#ifndef CUDA_ACTIVATIONS_EMULATION_FIBER_H_
#define CUDA_ACTIVATIONS_EMULATION_FIBER_H_

#include <ucontext.h>

#include <cstddef>
#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

// Bookkeeping of the emulation: not what ThreadSanitizer shall judge.
#define CA_UNSEEN __attribute__((no_sanitize("thread"), noinline))

namespace cuda_activations {
namespace emulation {

/// Orders memory between CUDA threads where the emulated operation does.
CA_UNSEEN inline void Release(void* where) {
#if defined(__SANITIZE_THREAD__)
  __tsan_release(where);
#endif
  (void)where;
}
CA_UNSEEN inline void Acquire(void* where) {
#if defined(__SANITIZE_THREAD__)
  __tsan_acquire(where);
#endif
  (void)where;
}

constexpr std::size_t kStackBytes = 96 << 10;

class Fiber {
 public:
  Fiber() : stack_(static_cast<char*>(std::malloc(kStackBytes))) {
#if defined(__SANITIZE_THREAD__)
    tsan_ = __tsan_create_fiber(0);
#endif
  }
  ~Fiber() {
#if defined(__SANITIZE_THREAD__)
    __tsan_destroy_fiber(tsan_);
#endif
    std::free(stack_);
  }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  CA_UNSEEN void Prepare(void (*entry)()) {
    getcontext(&context_);
    context_.uc_stack.ss_sp = stack_;
    context_.uc_stack.ss_size = kStackBytes;
    context_.uc_link = nullptr;
    makecontext(&context_, entry, 0);
  }

  /// From the scheduler into the fiber; returns when it yields.
  CA_UNSEEN void Resume(ucontext_t* scheduler, void* scheduler_tsan) {
    (void)scheduler_tsan;
#if defined(__SANITIZE_ADDRESS__)
    void* fake = nullptr;
    __sanitizer_start_switch_fiber(&fake, stack_, kStackBytes);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(tsan_, 1);  // 1: no synchronisation
#endif
    swapcontext(scheduler, &context_);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
  }

  /// From the fiber back to the scheduler.
  CA_UNSEEN void Yield(ucontext_t* scheduler, void* scheduler_tsan,
                       bool for_good) {
    (void)scheduler_tsan;
    (void)for_good;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_, caller_stack_,
                                   caller_size_);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(scheduler_tsan, 1);
#endif
    swapcontext(&context_, scheduler);
    Entered();
  }

  /// First thing in the fiber, and after each return to it.
  CA_UNSEEN void Entered() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake_, &caller_stack_, &caller_size_);
#endif
  }

 private:
  ucontext_t context_;
  char* stack_;
#if defined(__SANITIZE_THREAD__)
  void* tsan_;
#endif
#if defined(__SANITIZE_ADDRESS__)
  void* fake_ = nullptr;
  const void* caller_stack_ = nullptr;
  std::size_t caller_size_ = 0;
#endif
};

}  // namespace emulation
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_EMULATION_FIBER_H_
