#include "tensors.h"

#include "absl/strings/str_cat.h"

namespace cuda_activations::tf_ops {

absl::Status SameShapes(const char* name, const Tensor& tensor,
                        const char* other_name, const Tensor& other) {
  if (tensor.shape() == other.shape()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      name, " must have the shape of ", other_name, ", ",
      other.shape().DebugString(), ", got ", tensor.shape().DebugString()));
}

absl::Status LayoutOfAxis(const TensorShape& x, bool channels_first,
                          ChannelLayout* layout) {
  const int least = channels_first ? 2 : 1;
  if (x.dims() < least) {
    return absl::InvalidArgumentError(absl::StrCat(
        "x must have at least ", least, " dimensions for data_format ",
        channels_first ? "channels_first" : "channels_last", ", got ",
        x.DebugString()));
  }
  const int axis = channels_first ? 1 : x.dims() - 1;
  *layout = {1, x.dim_size(axis), 1};
  for (int i = 0; i < axis; ++i) layout->outer *= x.dim_size(i);
  for (int i = axis + 1; i < x.dims(); ++i) layout->inner *= x.dim_size(i);
  return absl::OkStatus();
}

absl::Status LayoutOfParameter(const char* name, const TensorShape& x,
                               const TensorShape& parameter, int skip,
                               bool channels_first, ChannelLayout* layout) {
  const int rank = parameter.dims() - skip;
  const auto size = [&](int i) { return parameter.dim_size(skip + i); };
  if (rank == 1) {
    if (size(0) == 1) {
      *layout = {1, 1, x.num_elements()};
      return absl::OkStatus();
    }
    TF_RETURN_IF_ERROR(LayoutOfAxis(x, channels_first, layout));
    if (layout->channels == size(0)) return absl::OkStatus();
  } else if (rank > 1 && rank == x.dims() - 1) {
    *layout = {x.dim_size(0), 1, 1};
    bool same = true;
    for (int i = 0; i < rank; ++i) {
      same = same && size(i) == x.dim_size(i + 1);
      layout->channels *= x.dim_size(i + 1);
    }
    if (same) return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      name, " must hold ", skip == 0 ? "" : "for each segment ",
      "one value, one for each channel or one for each position of x, ",
      x.DebugString(), " (",
      channels_first ? "channels_first" : "channels_last", "), got ",
      parameter.DebugString()));
}

absl::Status AllocateWorkspace(OpKernelContext* context, int64_t bytes,
                               Tensor* workspace) {
  return context->allocate_temp(tensorflow::DT_INT8, TensorShape({bytes}),
                                workspace);
}

}  // namespace cuda_activations::tf_ops
