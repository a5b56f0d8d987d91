#ifndef RUNTIME_NATIVE_LOADER_NVIDIA_DRIVER_H_
#define RUNTIME_NATIVE_LOADER_NVIDIA_DRIVER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace loader {

struct Gpu {
  std::string name;
  int capability = 0;  // 10 major + minor of the compute capability
  int64_t memory_bytes = 0;
};

// The NVIDIA driver as it shows itself: what CUDA_VISIBLE_DEVICES leaves.
struct NvidiaDriver {
  std::string problem;  // why it cannot be used; empty where it can
  bool found = false;   // whether there is one
  int version = 0;      // of CUDA, 1000 major + 10 minor; 0 where unknown
  std::vector<Gpu> gpus;
};

// Opens and initialises the driver, once for the process.
const NvidiaDriver& TheNvidiaDriver();

}  // namespace loader

#endif  // RUNTIME_NATIVE_LOADER_NVIDIA_DRIVER_H_
