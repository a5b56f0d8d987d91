// One launch under whatever driver there is, for tests of drivers that are
// missing, old, broken or short of memory: prints how it ended as
// "CODE: message", and exits 0 when that was an answer and not a crash.
#include <cstdio>
#include <cstdlib>

#include "../../cuda/launch/kernels.h"

int main() {
  using namespace cuda_activations;
  const char* const codes[] = {"ok",
                               "no driver",
                               "not built",
                               "unsupported",
                               "out of memory",
                               "launch failed",
                               "invalid argument"};
  auto report = [&](const cuda::Status& status) {
    std::printf("%s: %s\n", codes[static_cast<int>(status.code())],
                status.message().c_str());
    return 0;
  };
  cuda::Status status = cuda::CheckDevice(0);
  if (!status.ok()) return report(status);
  const cuda::Driver* driver = nullptr;
  status = cuda::Driver::Get(&driver);
  if (!status.ok()) return report(status);
  cuda::Context context = nullptr;
  cuda::Stream stream;
  driver->cuDevicePrimaryCtxRetain(&context, 0);
  driver->cuCtxPushCurrent_v2(context);
  driver->cuStreamCreate(&stream.handle, 1);
  alignas(16) static float x[4096], y[4096];
  Pointwise op;
  op.activation = PointwiseId::kRelu;
  op.count = 4096;
  // The second launch must find the GPU as the first left it.
  for (int launch = 0; launch < 2; ++launch) {
    status = cuda::PointwiseForward(op, x, y, stream);
    report(status);
  }
  return 0;
}
