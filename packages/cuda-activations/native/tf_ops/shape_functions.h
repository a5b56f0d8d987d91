// Shape functions of the ops.
#ifndef CUDA_ACTIVATIONS_TF_OPS_SHAPE_FUNCTIONS_H_
#define CUDA_ACTIVATIONS_TF_OPS_SHAPE_FUNCTIONS_H_

#include <string>
#include <vector>

#include "tensorflow/core/framework/shape_inference.h"

namespace cuda_activations::tf_ops {

using tensorflow::shape_inference::DimensionHandle;
using tensorflow::shape_inference::InferenceContext;
using tensorflow::shape_inference::ShapeHandle;

// One output shaped like the first `count` inputs: operands never broadcast.
template <int count>
absl::Status SameShape(InferenceContext* context) {
  ShapeHandle merged = context->input(0);
  for (int i = 1; i < count; ++i) {
    TF_RETURN_IF_ERROR(context->Merge(merged, context->input(i), &merged));
  }
  context->set_output(0, merged);
  return absl::OkStatus();
}

// Index of the channel dimension of `x`: -1, or 1 (after the batch).
inline absl::Status ChannelAxis(InferenceContext* context, ShapeHandle x,
                                int* axis) {
  std::string data_format;
  TF_RETURN_IF_ERROR(context->GetAttr("data_format", &data_format));
  *axis = data_format == "channels_first" ? 1 : -1;
  return context->WithRankAtLeast(x, *axis == 1 ? 2 : 1, &x);
}

inline absl::Status ChannelDimension(InferenceContext* context, ShapeHandle x,
                                     DimensionHandle* channels) {
  int axis = -1;
  TF_RETURN_IF_ERROR(ChannelAxis(context, x, &axis));
  *channels =
      context->RankKnown(x) ? context->Dim(x, axis) : context->UnknownDim();
  return absl::OkStatus();
}

inline absl::Status BiasActivationShape(InferenceContext* context) {
  std::vector<ShapeHandle> residual, preactivation;
  ShapeHandle x = context->input(0), bias, vector;
  TF_RETURN_IF_ERROR(context->input("residual", &residual));
  for (ShapeHandle shape : residual) {
    TF_RETURN_IF_ERROR(context->Merge(x, shape, &x));
  }
  TF_RETURN_IF_ERROR(context->WithRank(context->input(1), 1, &bias));
  DimensionHandle channels;
  TF_RETURN_IF_ERROR(ChannelDimension(context, x, &channels));
  TF_RETURN_IF_ERROR(context->Merge(bias, context->Vector(channels), &vector));
  for (int i = 0; i < context->num_outputs(); ++i) context->set_output(i, x);
  return absl::OkStatus();
}

inline absl::Status BiasActivationGradShape(InferenceContext* context) {
  ShapeHandle x;
  TF_RETURN_IF_ERROR(context->Merge(context->input(0), context->input(1), &x));
  DimensionHandle channels;
  TF_RETURN_IF_ERROR(ChannelDimension(context, x, &channels));
  context->set_output(0, x);
  context->set_output(1, context->Vector(channels));
  return absl::OkStatus();
}

inline absl::Status GatedActivationShape(InferenceContext* context) {
  if (context->num_inputs() == 2) return SameShape<2>(context);
  ShapeHandle x = context->input(0), y;
  int axis = -1;
  TF_RETURN_IF_ERROR(ChannelAxis(context, x, &axis));
  if (!context->RankKnown(x)) {
    context->set_output(0, context->UnknownShape());
    return absl::OkStatus();
  }
  DimensionHandle half;
  TF_RETURN_IF_ERROR(context->Divide(context->Dim(x, axis), 2, true, &half));
  TF_RETURN_IF_ERROR(context->ReplaceDim(x, axis, half, &y));
  context->set_output(0, y);
  return absl::OkStatus();
}

inline absl::Status GatedActivationGradShape(InferenceContext* context) {
  for (int i = 0; i < context->num_outputs(); ++i) {
    context->set_output(i, context->input(i + 1));
  }
  return absl::OkStatus();
}

// The same, of tensors that have rows.
template <int count>
absl::Status RowActivationShape(InferenceContext* context) {
  TF_RETURN_IF_ERROR(SameShape<count>(context));
  ShapeHandle shape = context->output(0);
  return context->WithRankAtLeast(shape, 1, &shape);
}

// y like x. Which forms of parameters fit x is checked by the kernel.
inline absl::Status PerChannelShape(InferenceContext* context) {
  context->set_output(0, context->input(0));
  return absl::OkStatus();
}

// dx like x, then one gradient like each of the `parameters` parameters.
template <int parameters>
absl::Status PerChannelGradShape(InferenceContext* context) {
  ShapeHandle x;
  TF_RETURN_IF_ERROR(context->Merge(context->input(0), context->input(1), &x));
  context->set_output(0, x);
  for (int i = 0; i < parameters; ++i) {
    context->set_output(i + 1, context->input(i + 2));
  }
  return absl::OkStatus();
}

// The same, and a gradient like the bias where there is one.
inline absl::Status AplGradShape(InferenceContext* context) {
  TF_RETURN_IF_ERROR(PerChannelGradShape<2>(context));
  for (int i = 3; i < context->num_outputs(); ++i) {
    context->set_output(i, context->input(i + 1));
  }
  return absl::OkStatus();
}

}  // namespace cuda_activations::tf_ops

#endif  // CUDA_ACTIVATIONS_TF_OPS_SHAPE_FUNCTIONS_H_
