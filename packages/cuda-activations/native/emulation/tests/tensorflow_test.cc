// TensorFlow itself, with the shipped op library and an emulated GPU:0: ops and
// their gradients eagerly, and a training step as one function.
//   tensorflow_test OP_LIBRARY PLUGIN
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/c_api_experimental.h"
#include "tensorflow/c/eager/c_api.h"

namespace {

using Floats = std::vector<float>;
using Shape = std::vector<int64_t>;

struct Status {
  TF_Status* status = TF_NewStatus();
  ~Status() { TF_DeleteStatus(status); }
  operator TF_Status*() { return status; }
  void Require(const char* what) {
    if (TF_GetCode(status) != TF_OK) {
      throw std::runtime_error(std::string(what) + ": " + TF_Message(status));
    }
  }
};

TFE_Context* context;

struct Value {
  TFE_TensorHandle* handle;
};

Value Make(const Floats& values, const Shape& shape, const char* device) {
  Status status;
  TF_Tensor* tensor =
      TF_AllocateTensor(TF_FLOAT, shape.data(), static_cast<int>(shape.size()),
                        values.size() * sizeof(float));
  std::memcpy(TF_TensorData(tensor), values.data(), values.size() * 4);
  TFE_TensorHandle* host = TFE_NewTensorHandle(tensor, status);
  status.Require("tensor");
  TF_DeleteTensor(tensor);
  TFE_TensorHandle* placed =
      TFE_TensorHandleCopyToDevice(host, context, device, status);
  status.Require("copy to the device");
  TFE_DeleteTensorHandle(host);
  return {placed};
}

Floats Read(const Value& value) {
  Status status;
  TF_Tensor* tensor = TFE_TensorHandleResolve(value.handle, status);
  status.Require("read");
  Floats result(TF_TensorByteSize(tensor) / 4);
  std::memcpy(result.data(), TF_TensorData(tensor), result.size() * 4);
  TF_DeleteTensor(tensor);
  return result;
}

std::string DeviceOf(const Value& value) {
  Status status;
  return TFE_TensorHandleBackingDeviceName(value.handle, status);
}

std::vector<Value> Execute(const char* name, const std::vector<Value>& inputs,
                           int outputs, const char* device,
                           const char* function = nullptr, int biases = 0) {
  Status status;
  TFE_Op* op = TFE_NewOp(context, name, status);
  status.Require(name);
  TFE_OpSetDevice(op, device, status);
  if (function != nullptr) {
    TFE_OpSetAttrString(op, "function", function, std::strlen(function));
  }
  if (biases > 0) TFE_OpSetAttrInt(op, "num_biases", biases);
  for (const Value& input : inputs) TFE_OpAddInput(op, input.handle, status);
  std::vector<TFE_TensorHandle*> results(static_cast<size_t>(outputs));
  TFE_Execute(op, results.data(), &outputs, status);
  TFE_DeleteOp(op);
  status.Require(name);
  std::vector<Value> values;
  for (TFE_TensorHandle* result : results) values.push_back({result});
  return values;
}

int failures = 0;

void Check(bool holds, const std::string& what) {
  if (holds) return;
  ++failures;
  std::printf("    %s\n", what.c_str());
}

void CheckNear(const Floats& a, const Floats& b, const std::string& what) {
  Check(a.size() == b.size(), what + ": sizes differ");
  for (size_t i = 0; i < a.size(); ++i) {
    if (!(std::abs(a[i] - b[i]) <= 2e-5f * (1 + std::abs(b[i])))) {
      Check(false, what + ": element " + std::to_string(i) + " is " +
                       std::to_string(a[i]) + ", on the CPU " +
                       std::to_string(b[i]));
      return;
    }
  }
}

Floats Wave(size_t count, double step) {
  Floats values(count);
  for (size_t i = 0; i < count; ++i) {
    values[i] = static_cast<float>(2 * std::sin(step * static_cast<double>(i)));
  }
  return values;
}

constexpr char kCpu[] = "/device:CPU:0", kGpu[] = "/device:GPU:0";

/// Runs `body` on both devices: same results, and the GPU's are on the GPU.
void OnBoth(const char* name,
            const std::function<std::vector<Value>(const char* device)>& body) {
  const std::vector<Value> gpu = body(kGpu), cpu = body(kCpu);
  for (size_t i = 0; i < gpu.size(); ++i) {
    Check(DeviceOf(gpu[i]).find("GPU:0") != std::string::npos,
          std::string(name) + ": a result lies on " + DeviceOf(gpu[i]));
    CheckNear(Read(gpu[i]), Read(cpu[i]), name);
  }
}

void TestActivation() {
  const Shape shape = {9, 13};
  OnBoth("FusedActivation and its gradient", [&](const char* device) {
    const Value x = Make(Wave(117, 0.37), shape, device),
                dy = Make(Wave(117, 0.11), shape, device);
    std::vector<Value> results =
        Execute("CudaActivations>FusedActivation", {x}, 1, device, "gelu");
    results.push_back(Execute("CudaActivations>FusedActivationGrad", {dy, x}, 1,
                              device, "gelu")[0]);
    return results;
  });
}

void TestApl() {
  OnBoth("AdaptivePiecewiseLinear and its gradient", [&](const char* device) {
    const Value x = Make(Wave(400 * 12, 0.37), {400, 12}, device),
                dy = Make(Wave(400 * 12, 0.11), {400, 12}, device),
                a = Make(Wave(36, 1.3), {3, 12}, device),
                b = Make(Wave(36, 0.7), {3, 12}, device);
    std::vector<Value> results = Execute(
        "CudaActivations>AdaptivePiecewiseLinear", {x, a, b}, 1, device);
    for (const Value& value :
         Execute("CudaActivations>AdaptivePiecewiseLinearGrad", {dy, x, a, b},
                 3, device)) {
      results.push_back(value);
    }
    return results;
  });
  OnBoth("AdaptivePiecewiseLinear of x + bias", [&](const char* device) {
    const Value x = Make(Wave(400 * 12, 0.37), {400, 12}, device),
                dy = Make(Wave(400 * 12, 0.11), {400, 12}, device),
                a = Make(Wave(36, 1.3), {3, 12}, device),
                b = Make(Wave(36, 0.7), {3, 12}, device),
                bias = Make(Wave(12, 0.9), {12}, device);
    std::vector<Value> results =
        Execute("CudaActivations>AdaptivePiecewiseLinear", {x, a, b, bias}, 1,
                device, nullptr, 1);
    for (const Value& value :
         Execute("CudaActivations>AdaptivePiecewiseLinearGrad",
                 {dy, x, a, b, bias}, 4, device, nullptr, 1)) {
      results.push_back(value);
    }
    return results;
  });
}

void TestRows() {
  OnBoth("FusedRowActivation and its gradient", [&](const char* device) {
    std::vector<Value> results;
    for (const char* function : {"softmax", "log_softmax", "sparsemax"}) {
      const Value x = Make(Wave(7 * 300, 0.37), {7, 300}, device),
                  dy = Make(Wave(7 * 300, 0.11), {7, 300}, device);
      const Value y = Execute("CudaActivations>FusedRowActivation", {x}, 1,
                              device, function)[0];
      results.push_back(y);
      results.push_back(Execute("CudaActivations>FusedRowActivationGrad",
                                {dy, y}, 1, device, function)[0]);
    }
    return results;
  });
}

/// One step of gradient descent on the sum of y^2 / 2, y = APL(x; a, b), as a
/// function of the ops, the way compile() builds one.
void DefineStep() {
  Status status;
  TF_Graph* graph = TF_NewGraph();
  const auto finish = [&](TF_OperationDescription* description) {
    TF_Operation* operation = TF_FinishOperation(description, status);
    status.Require("graph");
    return operation;
  };
  std::map<std::string, TF_Output> at;
  for (const char* name : {"x", "a", "b", "rate"}) {
    auto* description = TF_NewOperation(graph, "Placeholder", name);
    TF_SetAttrType(description, "dtype", TF_FLOAT);
    at[name] = {finish(description), 0};
  }
  const auto apply = [&](const char* type, const char* name,
                         const std::vector<TF_Output>& inputs) {
    auto* description = TF_NewOperation(graph, type, name);
    for (const TF_Output& input : inputs) TF_AddInput(description, input);
    // No bias, which is a list.
    if (inputs.size() > 2) TF_AddInputList(description, nullptr, 0);
    return finish(description);
  };
  const TF_Output y = {apply("CudaActivations>AdaptivePiecewiseLinear", "y",
                             {at["x"], at["a"], at["b"]}),
                       0};
  TF_Operation* gradient = apply("CudaActivations>AdaptivePiecewiseLinearGrad",
                                 "gradient", {y, at["x"], at["a"], at["b"]});
  std::vector<TF_Output> outputs;
  for (int i = 1; i <= 2; ++i) {
    const std::string name = i == 1 ? "a" : "b";
    const TF_Output step = {
        apply("Mul", ("step_" + name).c_str(), {at["rate"], {gradient, i}}), 0};
    outputs.push_back(
        {apply("Sub", ("new_" + name).c_str(), {at[name], step}), 0});
  }
  const TF_Output inputs[] = {at["x"], at["a"], at["b"], at["rate"]};
  TF_Function* function =
      TF_GraphToFunction(graph, "train_step", 0, -1, nullptr, 4, inputs, 2,
                         outputs.data(), nullptr, nullptr, nullptr, status);
  status.Require("function");
  TFE_ContextAddFunction(context, function, status);
  status.Require("function");
  TF_DeleteFunction(function);
  TF_DeleteGraph(graph);
}

void TestStep() {
  DefineStep();
  Floats results[2][2];
  const char* const devices[] = {kGpu, kCpu};
  for (int d = 0; d < 2; ++d) {
    const Value x = Make(Wave(400 * 12, 0.37), {400, 12}, devices[d]),
                rate = Make({1e-3f}, {}, devices[d]);
    Value a = Make(Wave(36, 1.3), {3, 12}, devices[d]),
          b = Make(Wave(36, 0.7), {3, 12}, devices[d]);
    for (int step = 0; step < 3; ++step) {
      const std::vector<Value> next =
          Execute("train_step", {x, a, b, rate}, 2, devices[d]);
      a = next[0];
      b = next[1];
    }
    results[d][0] = Read(a);
    results[d][1] = Read(b);
  }
  CheckNear(results[0][0], results[1][0], "a after three steps");
  CheckNear(results[0][1], results[1][1], "b after three steps");
  Check(results[0][0] != Wave(36, 1.3), "the step changed nothing");
}

void TestErrors() {
  try {
    const Value x = Make(Wave(4, 1), {4}, kGpu),
                dy = Make(Wave(5, 1), {5}, kGpu);
    Execute("CudaActivations>FusedActivationGrad", {dy, x}, 1, kGpu, "gelu");
    Check(false, "no error for operands of different shapes");
  } catch (const std::runtime_error&) {
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "usage: tensorflow_test OP_LIBRARY PLUGIN\n");
    return 2;
  }
  int failed = 0, passed = 0;
  try {
    Status status;
    TF_LoadPluggableDeviceLibrary(arguments[2], status);
    status.Require("plugin");
    TF_LoadLibrary(arguments[1], status);
    status.Require("op library");
    TFE_ContextOptions* options = TFE_NewContextOptions();
    context = TFE_NewContext(options, status);
    status.Require("context");
    TFE_DeleteContextOptions(options);
    const struct {
      const char* name;
      void (*run)();
    } tests[] = {{"fused_activation_on_gpu_0", TestActivation},
                 {"apl_on_gpu_0", TestApl},
                 {"row_activations_on_gpu_0", TestRows},
                 {"training_step_as_a_function_on_gpu_0", TestStep},
                 {"errors_are_statuses", TestErrors}};
    for (const auto& test : tests) {
      std::printf("%s\n", test.name);
      failures = 0;
      try {
        test.run();
      } catch (const std::exception& error) {
        Check(false, error.what());
      }
      ++(failures == 0 ? passed : failed);
    }
  } catch (const std::exception& error) {
    std::printf("    %s\n", error.what());
    ++failed;
  }
  std::printf("%d passed, %d failed (TensorFlow, emulated GPU)\n", passed,
              failed);
  std::fflush(stdout);
  // TensorFlow's threads are left as they are.
  std::_Exit(failed == 0 && passed > 0 ? 0 : 1);
}
