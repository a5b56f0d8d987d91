#include "loader/quiet.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <string>

namespace loader {
namespace {

bool WantsInformation() {
  const char* level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  return level != nullptr && std::string(level) == "0";
}

// abseil's format: severity, month and day, then " HH:MM:SS...".
bool IsInformation(const std::string& line) {
  return (line.size() > 5 && line[0] == 'I' && line[5] == ' ' &&
          line.find_first_not_of("0123456789", 1) == 5) ||
         line.rfind("WARNING: All log messages before absl::InitializeLog",
                    0) == 0;
}

std::string ReadAll(int file) {
  std::string text;
  char buffer[4096];
  lseek(file, 0, SEEK_SET);
  for (ssize_t count; (count = read(file, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<size_t>(count));
  }
  return text;
}

void WriteAll(int file, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t count = write(file, text.data() + done, text.size() - done);
    if (count <= 0) return;
    done += static_cast<size_t>(count);
  }
}

}  // namespace

QuietStandardError::QuietStandardError() {
  if (WantsInformation()) return;
  memory_ = memfd_create("stderr", MFD_CLOEXEC);
  if (memory_ < 0) return;
  saved_ = dup(STDERR_FILENO);
  if (saved_ >= 0) dup2(memory_, STDERR_FILENO);
}

QuietStandardError::~QuietStandardError() {
  if (saved_ >= 0) {
    dup2(saved_, STDERR_FILENO);
    close(saved_);
    std::istringstream lines(ReadAll(memory_));
    for (std::string line; std::getline(lines, line);) {
      if (!IsInformation(line)) WriteAll(STDERR_FILENO, line + "\n");
    }
  }
  if (memory_ >= 0) close(memory_);
}

}  // namespace loader
