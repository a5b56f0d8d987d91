// Runs all cases, or those whose name contains the first argument.
// --json=FILE writes {"passed": n, "failed": n}; --list prints the names alone.
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "../cpu/kernels.h"
#include "harness.h"

namespace cuda_activations::tests {

void CheckThrows(const std::function<void()>& call, const std::string& text) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    Check(std::string(error.what()).find(text) != std::string::npos,
          "the error \"%s\" does not mention \"%s\"", error.what(),
          text.c_str());
    return;
  }
  Check(false, "no error where one about \"%s\" was expected", text.c_str());
}

}  // namespace cuda_activations::tests

int main(int count, char** arguments) {
  using namespace cuda_activations;
  using namespace cuda_activations::tests;
  std::string filter, json;
  bool list = false;
  for (int i = 1; i < count; ++i) {
    if (std::strncmp(arguments[i], "--json=", 7) == 0) {
      json = arguments[i] + 7;
    } else if (std::strcmp(arguments[i], "--list") == 0) {
      list = true;
    } else {
      filter = arguments[i];
    }
  }
  if (list) {
    for (const TestCase& test : Cases()) std::printf("%s\n", test.name);
    return 0;
  }
  int passed = 0, failed = 0;
  for (const TestCase& test : Cases()) {
    if (std::string(test.name).find(filter) == std::string::npos) continue;
    Failures() = 0;
    std::printf("%s\n", test.name);
    try {
      test.run();
    } catch (const std::exception& error) {
      Check(false, "threw: %s", error.what());
    }
    if (Failures() > 0) std::printf("    FAILED (%d)\n", Failures());
    ++(Failures() == 0 ? passed : failed);
    std::fflush(stdout);
  }
  std::printf("%d passed, %d failed (%s)\n", passed, failed, IsaName());
  if (!json.empty()) {
    std::ofstream(json) << "{\"passed\": " << passed
                        << ", \"failed\": " << failed << "}\n";
  }
  return failed == 0 && passed > 0 ? 0 : 1;
}
