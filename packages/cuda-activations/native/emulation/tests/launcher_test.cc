// The launcher: streams, several GPUs, threads, and arguments that no kernel
// takes. What needs another environment is in faults_test.cc.
#include <thread>

#include "../../cuda/launch/plan.h"
#include "gpu.h"

namespace cuda_activations::tests {
namespace {

Pointwise Relu(int64_t count, DType dtype = DType::kFloat32) {
  Pointwise op;
  op.activation = PointwiseId::kRelu;
  op.dtype = dtype;
  op.count = count;
  return op;
}

TEST(launches_keep_the_order_of_the_stream) {
  // Two streams of lazy work: the result is right only when the kernel ran on
  // the stream that it was given.
  Gpu first, second;
  for (Gpu* gpu : {&first, &second}) {
    DeviceTensor x(DType::kFloat32, 1000, 0, *gpu),
        y(DType::kFloat32, 1000, 0, *gpu);
    x.host.FillRandom(9, 1.0);
    x.Up();
    Require(
        cuda::PointwiseForward(Relu(1000), x.data(), y.data(), gpu->stream()));
    y.Down();
    for (int64_t i = 0; i < 1000; ++i) {
      Check(y.host.At(i) == std::max(0.0, x.host.At(i)), "element %lld",
            static_cast<long long>(i));
    }
  }
}

TEST(launches_leave_the_current_context_alone) {
  cuda::Context before = nullptr, after = nullptr;
  Gpu& gpu = TheGpu();
  gpu.Do(gpu.driver().cuCtxGetCurrent(&before), "current");
  DeviceTensor x(DType::kFloat32, 8), y(DType::kFloat32, 8);
  Require(cuda::PointwiseForward(Relu(8), x.Up(), y.data(), gpu.stream()));
  gpu.Wait();
  gpu.Do(gpu.driver().cuCtxGetCurrent(&after), "current");
  Check(before == after, "the launch left another context current");
}

TEST(every_gpu_of_the_machine) {
  int count = 0;
  TheGpu().Do(TheGpu().driver().cuDeviceGetCount(&count), "count");
  for (int device = 0; device < count; ++device) {
    Require(cuda::CheckDevice(device));
    Gpu gpu(device);
    DeviceTensor x(DType::kFloat16, 77, 0, gpu), y(DType::kFloat16, 77, 0, gpu);
    x.host.FillRandom(4, 1.0);
    x.Up();
    Require(cuda::PointwiseForward(Relu(77, DType::kFloat16), x.data(),
                                   y.data(), gpu.stream()));
    y.Down();
    for (int64_t i = 0; i < 77; ++i) {
      Check(y.host.At(i) == std::max(0.0, x.host.At(i)), "GPU %d", device);
    }
  }
}

TEST(launches_from_many_threads) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&wrong, t] {
      Gpu gpu;
      DeviceTensor x(DType::kFloat32, 300, 0, gpu),
          y(DType::kFloat32, 300, 0, gpu);
      x.host.FillRandom(static_cast<uint32_t>(t), 1.0);
      for (int repeat = 0; repeat < 5; ++repeat) {
        x.Up();
        if (!cuda::PointwiseForward(Relu(300), x.data(), y.data(), gpu.stream())
                 .ok()) {
          ++wrong[t];
        }
        y.Down();
        for (int64_t i = 0; i < 300; ++i) {
          wrong[t] += y.host.At(i) != std::max(0.0, x.host.At(i));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t t = 0; t < wrong.size(); ++t) {
    Check(wrong[t] == 0, "thread %zu has %d wrong values", t, wrong[t]);
  }
}

void CheckRefused(const cuda::Status& status, const std::string& text) {
  Check(status.code() == cuda::Code::kInvalidArgument, "code %d",
        static_cast<int>(status.code()));
  Check(status.message().find(text) != std::string::npos,
        "\"%s\" does not mention \"%s\"", status.message().c_str(),
        text.c_str());
}

TEST(bad_arguments_are_named) {
  DeviceTensor x(DType::kFloat32, 64), y(DType::kFloat32, 64);
  const cuda::Stream& stream = TheGpu().stream();
  CheckRefused(cuda::PointwiseForward(Relu(-1), x.data(), y.data(), stream),
               "count");
  CheckRefused(cuda::PointwiseForward(Relu(8, DType::kFloat64), x.data(),
                                      y.data(), stream),
               "float32, float16 and bfloat16");
  CheckRefused(cuda::PointwiseForward(Relu(8), nullptr, y.data(), stream), "x");
  CheckRefused(
      cuda::PointwiseForward(Relu(8), x.data(),
                             static_cast<char*>(x.data()) + 16, stream),
      "overlap");
  Pointwise gelu = Relu(8);
  gelu.activation = PointwiseId::kGelu;
  CheckRefused(cuda::PointwiseBackwardFromOutput(gelu, x.data(), x.data(),
                                                 y.data(), stream),
               "gelu");
  CheckRefused(cuda::GatedForward({GatedId::kGlu, DType::kFloat32, 2, 8, 4},
                                  x.data(), x.data(), y.data(), stream),
               "stride");
}

TEST(plans_cover_every_element_once) {
  // Also where no machine has the memory: more than 2^31 elements.
  for (const int64_t count :
       {int64_t{5}, int64_t{1} << 31, (int64_t{1} << 33) + 3}) {
    const cuda::Span span = cuda::MakeSpan(
        count, 4,
        {reinterpret_cast<void*>(4096 + 4), reinterpret_cast<void*>(8192 + 4)});
    const int64_t tail = count - span.head - span.vectors * 4;
    Check(span.head + span.vectors * 4 <= count && tail >= 0, "span of %lld",
          static_cast<long long>(count));
    Check(span.vectors == 0 || (span.head == 3 && tail < 4), "vectors of %lld",
          static_cast<long long>(count));
    Check(cuda::SpanBlocks(span, 4) < (int64_t{1} << 31), "blocks of %lld",
          static_cast<long long>(count));
  }
  for (const ChannelLayout layout :
       {ChannelLayout{1 << 20, 4096, 1}, {64, 256, 1 << 18}, {1, 1, 5}}) {
    for (const auto sharing :
         {cuda::Sharing::kElements, cuda::Sharing::kSums}) {
      cuda::TilingRequest request;
      request.layout = layout;
      request.sharing = sharing;
      const cuda::Tiling t = cuda::MakeTiling(request);
      Check(t.tile_groups * t.tiles >= t.groups &&
                t.tile_groups * (t.tiles - 1) < t.groups,
            "tiles");
      Check(t.chunk_rows * t.chunks >= t.rows &&
                t.chunk_rows * (t.chunks - 1) < t.rows,
            "chunks");
      Check(cuda::TilingBlocks(t) < (int64_t{1} << 31), "blocks");
    }
  }
}

}  // namespace
}  // namespace cuda_activations::tests
