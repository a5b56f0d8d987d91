// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2,
// 3") and the mapping of tensor elements to its words. Host and device.
//
// Elements are taken in groups of 64: element i is word (i % 64) / 16 of the
// block number (i / 64) 16 + i % 16. So 16 neighbours share a word index, and a
// vector of 16 blocks yields 64 neighbouring elements without a transpose.
#ifndef CUDA_ACTIVATIONS_CPU_PHILOX_H_
#define CUDA_ACTIVATIONS_CPU_PHILOX_H_

#include "../math/common.h"

CA_MATH_BEGIN

/// Words of the block number `block` of stream `counter` under key `seed`.
CA_FN void Philox(unsigned long long seed, unsigned long long counter,
                  unsigned long long block, unsigned (&word)[4]) {
  unsigned c0 = static_cast<unsigned>(block);
  unsigned c1 = static_cast<unsigned>(block >> 32);
  unsigned c2 = static_cast<unsigned>(counter);
  unsigned c3 = static_cast<unsigned>(counter >> 32);
  unsigned k0 = static_cast<unsigned>(seed);
  unsigned k1 = static_cast<unsigned>(seed >> 32);
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    const unsigned long long p0 = 0xD2511F53ULL * c0;
    const unsigned long long p1 = 0xCD9E8D57ULL * c2;
    c0 = static_cast<unsigned>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<unsigned>(p1);
    c2 = static_cast<unsigned>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<unsigned>(p0);
    k0 += 0x9E3779B9U;
    k1 += 0xBB67AE85U;
  }
  word[0] = c0;
  word[1] = c1;
  word[2] = c2;
  word[3] = c3;
}

constexpr int kPhiloxGroup = 64;
constexpr int kPhiloxLanes = 16;

CA_MATH_END

#endif  // CUDA_ACTIVATIONS_CPU_PHILOX_H_
