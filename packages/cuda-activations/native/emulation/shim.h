// CUDA C++ for a host compiler: what the kernel sources use, and no more.
// __shared__ is one variable for each OS thread, which runs one block at a
// time.
#ifndef CUDA_ACTIVATIONS_EMULATION_SHIM_H_
#define CUDA_ACTIVATIONS_EMULATION_SHIM_H_

#include <cstring>

#include "block.h"
#include "hardware.h"
#include "registry.h"

#define __shared__ static thread_local
#define threadIdx \
  (::cuda_activations::emulation::Block::Current().thread_index())
#define blockIdx (::cuda_activations::emulation::Block::Current().index())
#define blockDim (::cuda_activations::emulation::Block::Current().size())
#define gridDim (::cuda_activations::emulation::Block::Current().grid())

inline void __syncthreads() {
  ::cuda_activations::emulation::Block::Current().Barrier();
}

template <class T>
T __shfl_xor_sync(unsigned mask, T value, int distance) {
  auto& block = ::cuda_activations::emulation::Block::Current();
  const unsigned source =
      (block.thread() % 32) ^ static_cast<unsigned>(distance);
  T result;
  block.Shuffle(mask, &value, &result, sizeof value, source);
  return result;
}

// The memory model in so far as ThreadSanitizer shall see it: an atomic orders
// nothing by itself; what a thread (or, over a barrier, its block) wrote before
// a fence and an atomic is visible after another's atomic and fence.
inline void __threadfence() {
  ::cuda_activations::emulation::Block::Current().Fence();
}
inline unsigned atomicAdd(unsigned* address, unsigned value) {
  auto& block = ::cuda_activations::emulation::Block::Current();
  block.BeforeAtomic(address);
  const unsigned before = __atomic_fetch_add(address, value, __ATOMIC_RELAXED);
  block.AfterAtomic(address);
  return before;
}

inline float __uint_as_float(unsigned bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
inline unsigned __float_as_uint(float value) {
  unsigned bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}
inline float __int_as_float(int bits) {
  return __uint_as_float(static_cast<unsigned>(bits));
}

#endif  // CUDA_ACTIVATIONS_EMULATION_SHIM_H_
