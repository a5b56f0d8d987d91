#include <memory>
#include <sstream>

#include "binding/convert.h"
#include "binding/metadata.h"
#include "binding/method.h"

namespace runtime {
namespace {

// Lists reach the saved-model calls as one string with commas.
std::vector<std::string> Split(const std::string& list) {
  std::vector<std::string> items;
  std::istringstream stream(list);
  for (std::string item; std::getline(stream, item, ',');) {
    if (!item.empty()) items.push_back(item);
  }
  return items;
}

Napi::Value LoadSavedModel(const Napi::CallbackInfo& info, Session& session) {
  const std::string directory = ToText(info[0], "loadSavedModel: directory");
  const std::string tags = ToText(info[1], "loadSavedModel: tags");
  auto model = std::make_unique<SavedModel>(directory, Split(tags));
  return Napi::Number::New(info.Env(),
                           session.saved_models().Insert(std::move(model)));
}

Napi::Value DeleteSavedModel(const Napi::CallbackInfo& info, Session& session) {
  session.saved_models().Erase(ToId(info[0], "deleteSavedModel: id"));
  return info.Env().Undefined();
}

Napi::Value RunSavedModel(const Napi::CallbackInfo& info, Session& session) {
  SavedModel& model =
      session.saved_models().Get(ToId(info[0], "runSavedModel: id"));
  std::vector<TensorPtr> inputs;
  for (const int32_t id : ToIds(info[1], "runSavedModel: inputs")) {
    inputs.push_back(ToHost(session.tensors().Get(id)));
  }
  const std::vector<TensorPtr> outputs =
      model.Run(Split(ToText(info[2], "runSavedModel: input names")), inputs,
                Split(ToText(info[3], "runSavedModel: output names")));
  std::vector<HandlePtr> handles;
  for (const TensorPtr& output : outputs) {
    handles.push_back(ToDevice(session.context(), output.get()));
  }
  return InsertTensors(info.Env(), session, std::move(handles));
}

Napi::Value GetNumOfSavedModels(const Napi::CallbackInfo& info,
                                Session& session) {
  return Napi::Number::New(info.Env(),
                           static_cast<double>(session.saved_models().size()));
}

}  // namespace

void DefineSavedModels(Napi::Object& exports) {
  Define<LoadSavedModel>(exports, "loadSavedModel");
  Define<DeleteSavedModel>(exports, "deleteSavedModel");
  Define<RunSavedModel>(exports, "runSavedModel");
  Define<GetNumOfSavedModels>(exports, "getNumOfSavedModels");
}

}  // namespace runtime
