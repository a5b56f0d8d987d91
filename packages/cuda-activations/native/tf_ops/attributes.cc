#include "attributes.h"

#include <vector>

#include "absl/strings/str_cat.h"

namespace cuda_activations::tf_ops {

absl::Status GetDType(OpKernelConstruction* context, DType* dtype) {
  tensorflow::DataType type;
  TF_RETURN_IF_ERROR(context->GetAttr("T", &type));
  switch (type) {
    case tensorflow::DT_FLOAT:
      *dtype = DType::kFloat32;
      return absl::OkStatus();
    case tensorflow::DT_HALF:
      *dtype = DType::kFloat16;
      return absl::OkStatus();
    case tensorflow::DT_BFLOAT16:
      *dtype = DType::kBFloat16;
      return absl::OkStatus();
    case tensorflow::DT_DOUBLE:
      *dtype = DType::kFloat64;
      return absl::OkStatus();
    default:
      return absl::InvalidArgumentError(absl::StrCat(
          "attribute T must be half, bfloat16, float or double, got ",
          tensorflow::DataTypeString(type)));
  }
}

absl::Status GetPointwise(OpKernelConstruction* context,
                          PointwiseId* activation, Parameters* parameters) {
  std::string function;
  TF_RETURN_IF_ERROR(context->GetAttr("function", &function));
  if (!FindPointwise(function, activation)) {
    return absl::InvalidArgumentError(
        absl::StrCat("attribute function must be one of ", PointwiseNames(),
                     ", got '", function, "'"));
  }
  std::vector<float> values;
  TF_RETURN_IF_ERROR(context->GetAttr("parameters", &values));
  *parameters = DefaultParameters(*activation);
  if (values.empty()) return absl::OkStatus();
  const PointwiseInfo& info = Info(*activation);
  if (values.size() != static_cast<size_t>(info.parameter_count)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "attribute parameters of ", function, " must hold ",
        info.parameter_count, " values or none, got ", values.size()));
  }
  for (size_t i = 0; i < values.size(); ++i) {
    // A default arrives rounded to float; double kernels want it exact.
    const double exact = info.parameters[i].default_value;
    parameters->value[i] =
        values[i] == static_cast<float>(exact) ? exact : values[i];
  }
  return Guarded([&] { ValidateParameters(*activation, *parameters); });
}

absl::Status GetGated(OpKernelConstruction* context, GatedId* activation) {
  std::string function;
  TF_RETURN_IF_ERROR(context->GetAttr("function", &function));
  if (FindGated(function, activation)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("attribute function must be one of ", GatedNames(),
                   ", got '", function, "'"));
}

absl::Status GetRowwise(OpKernelConstruction* context, RowwiseId* activation) {
  std::string function;
  TF_RETURN_IF_ERROR(context->GetAttr("function", &function));
  if (FindRowwise(function, activation)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("attribute function must be one of ", RowwiseNames(),
                   ", got '", function, "'"));
}

absl::Status GetChannelsFirst(OpKernelConstruction* context,
                              bool* channels_first) {
  std::string data_format;
  TF_RETURN_IF_ERROR(context->GetAttr("data_format", &data_format));
  *channels_first = data_format == "channels_first";
  return absl::OkStatus();
}

absl::Status GetOptional(OpKernelConstruction* context, const char* attribute,
                         bool* present) {
  int32_t count;
  TF_RETURN_IF_ERROR(context->GetAttr(attribute, &count));
  *present = count == 1;
  if (count <= 1) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("attribute ", attribute, " must be 0 or 1, got ", count));
}

}  // namespace cuda_activations::tf_ops
