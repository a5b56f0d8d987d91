// Element types: how 16 bytes of them become floats and come back. Sums and
// formulas are in float for all of them.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_ELEMENT_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_ELEMENT_H_

#include "approximate.h"
#include "convert.h"
#include "prelude.h"

namespace cuda_activations {
namespace cuda {

struct Float32 {
  using Storage = float;
  using Real = float;  ///< what formulas are computed in
  static constexpr int kLanes = 4;

  CA_DEVICE static float Load(float value) { return value; }
  CA_DEVICE static float Store(float value) { return value; }
  template <int words>
  CA_DEVICE static void Unpack(const unsigned (&word)[words],
                               float (&value)[words]) {
    CA_UNROLL
    for (int i = 0; i < words; ++i) value[i] = __uint_as_float(word[i]);
  }
  template <int words>
  CA_DEVICE static void Pack(const float (&value)[words],
                             unsigned (&word)[words]) {
    CA_UNROLL
    for (int i = 0; i < words; ++i) word[i] = __float_as_uint(value[i]);
  }
};

/// Two 16-bit elements in each 32-bit word, the first in the low half.
template <class Conversion>
struct Packed16 {
  using Storage = unsigned short;
  using Real = math::Approximate;
  static constexpr int kLanes = 8;

  CA_DEVICE static float Load(unsigned short value) {
    return Conversion::ToFloat(value);
  }
  CA_DEVICE static unsigned short Store(float value) {
    return static_cast<unsigned short>(Conversion::FromFloats(value, 0.0f));
  }
  template <int words>
  CA_DEVICE static void Unpack(const unsigned (&word)[words],
                               float (&value)[2 * words]) {
    CA_UNROLL
    for (int i = 0; i < words; ++i) {
      value[2 * i] = Conversion::ToFloat(word[i] & 0xffffu);
      value[2 * i + 1] = Conversion::HighToFloat(word[i]);
    }
  }
  template <int words>
  CA_DEVICE static void Pack(const float (&value)[2 * words],
                             unsigned (&word)[words]) {
    CA_UNROLL
    for (int i = 0; i < words; ++i) {
      word[i] = Conversion::FromFloats(value[2 * i], value[2 * i + 1]);
    }
  }
};

using Float16 = Packed16<Float16Conversion>;
using BFloat16 = Packed16<BFloat16Conversion>;

/// One access of `lanes` elements: a vector of 16 or 8 bytes, or one element.
template <class Element, int lanes>
struct Access {
  using Storage = typename Element::Storage;
  static constexpr int kWords = lanes * sizeof(Storage) / 4;

  CA_DEVICE static void Load(const void* from, int64 index,
                             float (&value)[lanes]) {
    const Storage* p = static_cast<const Storage*>(from) + index;
    if constexpr (lanes == 1) {
      value[0] = Element::Load(*p);
    } else {
      unsigned word[kWords];
      intrinsics::LoadVector(p, word);
      Element::Unpack(word, value);
    }
  }
  CA_DEVICE static void Store(void* to, int64 index,
                              const float (&value)[lanes]) {
    Storage* p = static_cast<Storage*>(to) + index;
    if constexpr (lanes == 1) {
      *p = Element::Store(value[0]);
    } else {
      unsigned word[kWords];
      Element::Pack(value, word);
      intrinsics::StoreVector(p, word);
    }
  }
};

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_ELEMENT_H_
