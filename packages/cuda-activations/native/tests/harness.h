// A test harness of one file: TEST(name) { ... Check(...) ... }.
#ifndef CUDA_ACTIVATIONS_TESTS_HARNESS_H_
#define CUDA_ACTIVATIONS_TESTS_HARNESS_H_

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace cuda_activations::tests {

struct TestCase {
  const char* name;
  void (*run)();
};

inline std::vector<TestCase>& Cases() {
  static std::vector<TestCase> cases;
  return cases;
}

struct Registration {
  Registration(const char* name, void (*run)()) {
    Cases().push_back({name, run});
  }
};

#define TEST(name)                                                      \
  static void Test_##name();                                            \
  static const ::cuda_activations::tests::Registration register_##name( \
      #name, Test_##name);                                              \
  static void Test_##name()

/// Failures of the running case; the first few are printed.
inline int& Failures() {
  static int failures = 0;
  return failures;
}

template <class... Values>
void Check(bool holds, const char* format, Values... values) {
  if (holds) return;
  if (++Failures() <= 8) {
    std::printf("    ");
    std::printf(format, values...);
    std::printf("\n");
  }
}

/// The call must throw std::invalid_argument whose message contains `text`.
void CheckThrows(const std::function<void()>& call, const std::string& text);

}  // namespace cuda_activations::tests

#endif  // CUDA_ACTIVATIONS_TESTS_HARNESS_H_
