#include <memory>
#include <utility>

#include "binding/convert.h"
#include "binding/metadata.h"
#include "binding/method.h"

namespace runtime {
namespace {

Napi::Value CreateTensor(const Napi::CallbackInfo& info, Session& session) {
  const TensorPtr tensor = ToTensor(info[0], info[1], info[2], "createTensor");
  return Napi::Number::New(info.Env(), session.tensors().Insert(ToDevice(
                                           session.context(), tensor.get())));
}

Napi::Value DeleteTensor(const Napi::CallbackInfo& info, Session& session) {
  session.tensors().Erase(ToId(info[0], "deleteTensor: id"));
  return info.Env().Undefined();
}

Napi::Value TensorDataSync(const Napi::CallbackInfo& info, Session& session) {
  const HandlePtr handle =
      session.tensors().Get(ToId(info[0], "tensorDataSync: id"));
  return FromTensor(info.Env(), ToHost(handle).get());
}

// Waits for the value, and copies it from its device, off the event loop.
class ReadWorker : public Napi::AsyncWorker {
 public:
  ReadWorker(Napi::Env env, HandlePtr handle)
      : Napi::AsyncWorker(env, "tensorData"),
        deferred_(Napi::Promise::Deferred::New(env)),
        handle_(std::move(handle)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override {
    try {
      tensor_ = ToHost(handle_);
    } catch (const TensorFlowError& error) {
      code_ = error.code();
      SetError(error.what());
    } catch (const std::exception& error) {
      SetError(error.what());
    }
    handle_.reset();
  }
  void OnOK() override {
    try {
      deferred_.Resolve(FromTensor(Env(), tensor_.get()));
    } catch (const TensorFlowError& error) {
      deferred_.Reject(ToError(Env(), error).Value());
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    }
  }
  void OnError(const Napi::Error& error) override {
    deferred_.Reject(
        ToError(Env(), TensorFlowError(code_, error.Message())).Value());
  }

 private:
  Napi::Promise::Deferred deferred_;
  HandlePtr handle_;
  TensorPtr tensor_;
  TF_Code code_ = TF_INTERNAL;
};

Napi::Value TensorData(const Napi::CallbackInfo& info, Session& session) {
  HandlePtr handle = session.tensors().Get(ToId(info[0], "tensorData: id"));
  // Deletes itself.
  auto* worker = new ReadWorker(info.Env(), std::move(handle));
  const Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

// Attributes converted once, for ops that run often: reading them from
// JavaScript costs most of a microsecond each. executeOp takes the id.
Napi::Value PrepareAttributes(const Napi::CallbackInfo& info,
                              Session& session) {
  return Napi::Number::New(
      info.Env(),
      session.attributes().Insert(std::make_unique<std::vector<Attribute>>(
          ToAttributes(info[0], "prepareAttributes: attribute"))));
}

Napi::Value DeleteAttributes(const Napi::CallbackInfo& info, Session& session) {
  session.attributes().Erase(ToId(info[0], "deleteAttributes: id"));
  return info.Env().Undefined();
}

Napi::Value ExecuteOp(const Napi::CallbackInfo& info, Session& session) {
  const std::string name = ToText(info[0], "executeOp: op name");
  std::vector<Attribute> converted;
  if (!info[1].IsNumber()) {
    converted = ToAttributes(info[1], name + ": attribute");
  }
  const std::vector<Attribute>& attributes =
      info[1].IsNumber()
          ? session.attributes().Get(ToId(info[1], name + ": attributes"))
          : converted;
  const std::vector<int32_t> ids = ToIds(info[2], name + ": inputs");
  const int32_t output_count = ToId(info[3], name + ": output count");
  if (output_count < 0) {
    throw InvalidArgument(name + ": output count must not be negative");
  }
  std::vector<HandlePtr> inputs;
  inputs.reserve(ids.size());
  for (const int32_t id : ids) inputs.push_back(session.tensors().Get(id));
  std::vector<HandlePtr> outputs =
      session.context().Execute(name, attributes, inputs, output_count);
  return InsertTensors(info.Env(), session, std::move(outputs));
}

// A variable that holds the tensor's value from now on. Returns the ids of
// the handle (an input of ops that update the variable) and of the view.
Napi::Value CreateVariable(const Napi::CallbackInfo& info, Session& session) {
  const HandlePtr value =
      session.tensors().Get(ToId(info[0], "createVariable: id"));
  const TF_DataType type = TFE_TensorHandleDataType(value.get());
  // This name makes the resource's life that of its handles.
  const HandlePtr resource = session.context().Execute(
      "VarHandleOp",
      {{"dtype", type},
       {"shape", ShapeAttribute{false, Shape(value)}},
       {"shared_name", std::string("cd2c89b7-88b7-44c8-ad83-06c2a9158347")}},
      {}, 1)[0];
  session.context().Execute("AssignVariableOp", {{"dtype", type}},
                            {resource, value}, 0);
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("resource",
             Napi::Number::New(info.Env(), session.tensors().Insert(resource)));
  result.Set("view", Napi::Number::New(info.Env(), session.tensors().InsertView(
                                                       resource, type)));
  return result;
}

Napi::Value GetNumOfTensors(const Napi::CallbackInfo& info, Session& session) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(session.tensor_count()));
}

}  // namespace

Napi::Array InsertTensors(Napi::Env env, Session& session,
                          std::vector<HandlePtr> handles) {
  const Napi::Array array = Napi::Array::New(env, handles.size());
  for (uint32_t i = 0; i < handles.size(); ++i) {
    Napi::Object metadata = Napi::Object::New(env);
    metadata.Set("shape", FromDimensions(env, Shape(handles[i])));
    metadata.Set("dtype", Napi::Number::New(
                              env, TFE_TensorHandleDataType(handles[i].get())));
    metadata.Set("id", Napi::Number::New(env, session.tensors().Insert(
                                                  std::move(handles[i]))));
    array.Set(i, metadata);
  }
  return array;
}

void DefineTensors(Napi::Object& exports) {
  Define<CreateTensor>(exports, "createTensor");
  Define<DeleteTensor>(exports, "deleteTensor");
  Define<TensorDataSync>(exports, "tensorDataSync");
  Define<TensorData>(exports, "tensorData");
  Define<PrepareAttributes>(exports, "prepareAttributes");
  Define<DeleteAttributes>(exports, "deleteAttributes");
  Define<ExecuteOp>(exports, "executeOp");
  Define<CreateVariable>(exports, "createVariable");
  Define<GetNumOfTensors>(exports, "getNumOfTensors");
}

}  // namespace runtime
