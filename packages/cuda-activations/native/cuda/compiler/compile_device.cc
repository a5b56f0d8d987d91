// Compiles one kernel source for several architectures with NVRTC:
//   compile_device LIBNVRTC SOURCE OUTPUT_PREFIX ARCHITECTURES OPTION...
// ARCHITECTURES, separated by commas: sm_NN gives OUTPUT_PREFIX.sm_NN.cubin,
// compute_NN gives OUTPUT_PREFIX.compute_NN.ptx. Needs no CUDA header.
#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Program = void*;

// NVRTC's entry points, bound when the program runs.
class Nvrtc {
 public:
  explicit Nvrtc(const char* path) : library_(dlopen(path, RTLD_NOW)) {
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    Bind("nvrtcGetErrorString", &error_string_);
    Bind("nvrtcCreateProgram", &create_);
    Bind("nvrtcCompileProgram", &compile_);
    Bind("nvrtcDestroyProgram", &destroy_);
    Bind("nvrtcGetProgramLogSize", &log_size_);
    Bind("nvrtcGetProgramLog", &log_);
    Bind("nvrtcGetCUBINSize", &cubin_size_);
    Bind("nvrtcGetCUBIN", &cubin_);
    Bind("nvrtcGetPTXSize", &ptx_size_);
    Bind("nvrtcGetPTX", &ptx_);
  }

  std::string Compile(const std::string& source, const std::string& name,
                      const std::vector<std::string>& options, bool cubin) {
    Program program = nullptr;
    Check(create_(&program, source.c_str(), name.c_str(), 0, nullptr, nullptr),
          "nvrtcCreateProgram");
    std::vector<const char*> pointers;
    for (const std::string& option : options)
      pointers.push_back(option.c_str());
    const int result =
        compile_(program, static_cast<int>(pointers.size()), pointers.data());
    size_t size = 0;
    Check(log_size_(program, &size), "nvrtcGetProgramLogSize");
    std::string text(size, '\0');
    Check(log_(program, text.data()), "nvrtcGetProgramLog");
    if (size > 1) std::fprintf(stderr, "%s\n", text.c_str());
    Check(result, name.c_str());
    Check((cubin ? cubin_size_ : ptx_size_)(program, &size), "image size");
    std::string image(size, '\0');
    Check((cubin ? cubin_ : ptx_)(program, image.data()), "image");
    destroy_(&program);
    return image;
  }

 private:
  template <typename Function>
  void Bind(const char* name, Function** function) {
    *function = reinterpret_cast<Function*>(dlsym(library_, name));
    if (*function == nullptr) {
      throw std::runtime_error(std::string("NVRTC lacks ") + name);
    }
  }

  void Check(int result, const char* what) const {
    if (result == 0) return;
    throw std::runtime_error(std::string(what) + ": " + error_string_(result));
  }

  void* library_;
  const char* (*error_string_)(int);
  int (*create_)(Program*, const char*, const char*, int, const char* const*,
                 const char* const*);
  int (*compile_)(Program, int, const char* const*);
  int (*destroy_)(Program*);
  int (*log_size_)(Program, size_t*);
  int (*log_)(Program, char*);
  int (*cubin_size_)(Program, size_t*);
  int (*cubin_)(Program, char*);
  int (*ptx_size_)(Program, size_t*);
  int (*ptx_)(Program, char*);
};

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void Write(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr,
                 "usage: compile_device LIBNVRTC SOURCE OUTPUT_PREFIX "
                 "ARCHITECTURES OPTION...\n");
    return 2;
  }
  try {
    Nvrtc nvrtc(argv[1]);
    const std::string source = Read(argv[2]), prefix = argv[3], list = argv[4];
    for (size_t begin = 0; begin < list.size();) {
      const size_t end = std::min(list.find(',', begin), list.size());
      const std::string architecture = list.substr(begin, end - begin);
      begin = end + 1;
      const bool cubin = architecture.rfind("sm_", 0) == 0;
      std::vector<std::string> options = {"--gpu-architecture=" + architecture,
                                          "--std=c++17", "-default-device"};
      options.insert(options.end(), argv + 5, argv + argc);
      Write(prefix + "." + architecture + (cubin ? ".cubin" : ".ptx"),
            nvrtc.Compile(source, argv[2], options, cubin));
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "compile_device: %s\n", error.what());
    return 1;
  }
  return 0;
}
