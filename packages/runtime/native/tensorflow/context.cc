#include "tensorflow/context.h"

#include "tensorflow/protobuf.h"
#include "tensorflow/status.h"

namespace runtime {
namespace {

// A serialized tensorflow.ConfigProto; the numbers are its fields'.
std::string SerializedConfig(const ContextOptions& options) {
  ProtoWriter config;
  if (options.intra_op_threads > 0) {
    config.Number(2, static_cast<uint64_t>(options.intra_op_threads));
  }
  if (options.inter_op_threads > 0) {
    config.Number(5, static_cast<uint64_t>(options.inter_op_threads));
  }
  if (!options.use_gpus) {
    // An entry of the map device_count.
    config.Bytes(1, ProtoWriter().Bytes(1, "GPU").Number(2, 0).message());
  }
  ProtoWriter gpu;
  if (options.memory_growth) gpu.Number(4, 1);  // allow_growth
  if (!options.visible_gpus.empty()) gpu.Bytes(5, options.visible_gpus);
  if (!gpu.message().empty()) config.Bytes(6, gpu.message());
  return config.message();
}

ContextPtr NewContext(const ContextOptions& options) {
  const ContextOptionsPtr c_options(TFE_NewContextOptions());
  const std::string config = SerializedConfig(options);
  Status status;
  TFE_ContextOptionsSetConfig(c_options.get(), config.data(), config.size(),
                              status.get());
  status.Check("options of the TensorFlow context");
  ContextPtr context(TFE_NewContext(c_options.get(), status.get()));
  status.Check("creating the TensorFlow context");
  return context;
}

std::vector<Device> ListDevices(TFE_Context* context) {
  Status status;
  const DeviceListPtr list(TFE_ContextListDevices(context, status.get()));
  status.Check("listing devices");
  std::vector<Device> devices;
  for (int i = 0; i < TF_DeviceListCount(list.get()); ++i) {
    const char* name = TF_DeviceListName(list.get(), i, status.get());
    status.Check("name of a device");
    const char* type = TF_DeviceListType(list.get(), i, status.get());
    status.Check("type of a device");
    const int64_t memory =
        TF_DeviceListMemoryBytes(list.get(), i, status.get());
    status.Check("memory of a device");
    devices.push_back({name, type, memory});
  }
  return devices;
}

}  // namespace

Context::Context(const ContextOptions& options)
    : context_(NewContext(options)), devices_(ListDevices(context_.get())) {
  if (devices_.empty()) {
    throw TensorFlowError(TF_NOT_FOUND, "TensorFlow lists no device");
  }
  for (size_t i = 0; i < devices_.size(); ++i) {
    if (devices_[i].type == "GPU") {
      default_device_ = i;
      return;
    }
    if (devices_[i].type == "CPU" && devices_[default_device_].type != "CPU") {
      default_device_ = i;
    }
  }
}

std::vector<HandlePtr> Context::Execute(
    const std::string& name, const std::vector<Attribute>& attributes,
    const std::vector<HandlePtr>& inputs, int output_count) const {
  Status status;
  const OpPtr op(TFE_NewOp(context_.get(), name.c_str(), status.get()));
  status.Check("op " + name);
  for (const HandlePtr& input : inputs) {
    TFE_OpAddInput(op.get(), input.get(), status.get());
    status.Check("inputs of op " + name);
  }
  for (const Attribute& attribute : attributes) {
    SetAttribute(op.get(), attribute);
  }
  // TFE_Execute leaves handles beyond the op's outputs untouched.
  std::vector<TFE_TensorHandle*> outputs(static_cast<size_t>(output_count),
                                         nullptr);
  int count = output_count;
  TFE_Execute(op.get(), outputs.data(), &count, status.get());
  status.Check("op " + name);
  std::vector<HandlePtr> handles;
  handles.reserve(outputs.size());
  for (int i = 0; i < count; ++i) handles.push_back(OwnHandle(outputs[i]));
  if (count != output_count) {
    throw InvalidArgument("op " + name + " has " + std::to_string(count) +
                          " outputs, the caller asked for " +
                          std::to_string(output_count));
  }
  return handles;
}

}  // namespace runtime
