#include "checks.h"

#include <stdexcept>
#include <string>

namespace cuda_activations {

namespace {

constexpr int64_t kLargest = int64_t{1} << 62;

[[noreturn]] void Fail(const std::string& name, const std::string& expected,
                       const std::string& got) {
  throw std::invalid_argument(name + ": expected " + expected + ", got " + got);
}

}  // namespace

size_t ElementSize(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return 4;
    case DType::kFloat16:
    case DType::kBFloat16:
      return 2;
    case DType::kFloat64:
      return 8;
  }
  Fail("dtype", "a number from 0 to 3",
       std::to_string(static_cast<int32_t>(dtype)));
}

void CheckCount(const char* name, int64_t count, size_t element_size) {
  if (count < 0 || count > kLargest / static_cast<int64_t>(element_size))
    Fail(name, "a size from 0 up that fits memory", std::to_string(count));
}

int64_t CheckLayout(const ChannelLayout& layout, size_t element_size) {
  CheckCount("outer", layout.outer, element_size);
  CheckCount("channels", layout.channels, element_size);
  CheckCount("inner", layout.inner, element_size);
  int64_t count = 0;
  if (__builtin_mul_overflow(layout.outer, layout.channels, &count) ||
      __builtin_mul_overflow(count, layout.inner, &count)) {
    Fail("outer x channels x inner", "a product that fits 64 bits",
         std::to_string(layout.outer) + " x " +
             std::to_string(layout.channels) + " x " +
             std::to_string(layout.inner));
  }
  CheckCount("outer x channels x inner", count, element_size);
  return count;
}

void CheckChannelsLast(const char* name, const ChannelLayout& layout) {
  if (layout.inner == 1) return;
  Fail(name, "channels in the last dimension (inner = 1)",
       "inner = " + std::to_string(layout.inner));
}

void CheckPointers(std::initializer_list<Buffer> buffers, size_t element_size) {
  for (const Buffer& buffer : buffers) {
    if (buffer.bytes == 0) continue;
    if (buffer.data == nullptr)
      Fail(buffer.name, std::to_string(buffer.bytes) + " bytes", "null");
    if (reinterpret_cast<uintptr_t>(buffer.data) % element_size != 0)
      Fail(buffer.name, "an address that its elements can have",
           "one off by " +
               std::to_string(reinterpret_cast<uintptr_t>(buffer.data) %
                              element_size) +
               " bytes");
  }
}

void CheckOverlap(const Buffer& output, std::initializer_list<Buffer> others,
                  bool in_place) {
  const auto begin = reinterpret_cast<uintptr_t>(output.data);
  for (const Buffer& other : others) {
    if (output.bytes == 0 || other.bytes == 0 || other.data == nullptr)
      continue;
    const auto start = reinterpret_cast<uintptr_t>(other.data);
    const bool apart =
        begin + output.bytes <= start || start + other.bytes <= begin;
    const bool same = begin == start && output.bytes == other.bytes;
    if (apart || (same && in_place)) continue;
    Fail(output.name,
         std::string("memory apart from ") + other.name +
             (in_place ? " or exactly its own" : ""),
         "an overlap");
  }
}

}  // namespace cuda_activations
