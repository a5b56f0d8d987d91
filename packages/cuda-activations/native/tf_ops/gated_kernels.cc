#include <cstddef>

#include "attributes.h"
#include "registration.h"
#include "tensors.h"

namespace cuda_activations::tf_ops {
namespace {

using tensorflow::OpInputList;
using tensorflow::OpOutputList;

class GatedOp : public OpKernel {
 public:
  explicit GatedOp(OpKernelConstruction* context) : OpKernel(context) {
    int32_t inputs;
    OP_REQUIRES_OK(context, GetDType(context, &op_.dtype));
    OP_REQUIRES_OK(context, GetGated(context, &op_.activation));
    OP_REQUIRES_OK(context, GetChannelsFirst(context, &channels_first_));
    OP_REQUIRES_OK(context, context->GetAttr("num_inputs", &inputs));
    OP_REQUIRES(context, inputs <= 2,
                absl::InvalidArgumentError(absl::StrCat(
                    "attribute num_inputs must be 1 or 2, got ", inputs)));
  }

 protected:
  struct Call {
    OpInputList x;
    Gated op;
    TensorShape y;
    // Bytes from a to b in a packed tensor.
    ptrdiff_t half = 0;
  };

  absl::Status Prepare(OpKernelContext* context, Call* call) const {
    TF_RETURN_IF_ERROR(context->input_list("x", &call->x));
    const Tensor& a = call->x[0];
    call->op = op_;
    call->y = a.shape();
    if (call->x.size() == 2) {
      TF_RETURN_IF_ERROR(SameShapes("x[1]", call->x[1], "x[0]", a));
      const int64_t count = a.NumElements();
      call->op.rows = 1;
      call->op.width = call->op.stride = count;
      return absl::OkStatus();
    }
    ChannelLayout layout;
    TF_RETURN_IF_ERROR(LayoutOfAxis(a.shape(), channels_first_, &layout));
    if (layout.channels % 2 != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("a packed x must have an even number of channels, got ",
                       layout.channels, " in ", a.shape().DebugString()));
    }
    call->op.rows = layout.outer;
    call->op.stride = layout.channels * layout.inner;
    call->op.width = call->op.stride / 2;
    call->half =
        call->op.width * static_cast<ptrdiff_t>(ElementSize(op_.dtype));
    call->y.set_dim(channels_first_ ? 1 : a.dims() - 1, layout.channels / 2);
    return absl::OkStatus();
  }

 private:
  Gated op_;
  bool channels_first_ = false;
};

template <typename Execution>
class FusedGatedActivationOp final : public GatedOp {
 public:
  using GatedOp::GatedOp;

  void Compute(OpKernelContext* context) override {
    Call call;
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, Prepare(context, &call));
    const bool packed = call.x.size() == 1;
    if (packed) {
      OP_REQUIRES_OK(context, context->allocate_output(0, call.y, &y));
    } else {
      OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                  {0, 1}, 0, call.y, &y));
    }
    const auto* a = static_cast<const char*>(Data(call.x[0]));
    const void* b = packed ? a + call.half : Data(call.x[1]);
    OP_REQUIRES_OK(context, Guarded([&] {
                     GatedForward(call.op, a, b, Data(y), Execution(context));
                   }));
  }
};

template <typename Execution>
class FusedGatedActivationGradOp final : public GatedOp {
 public:
  using GatedOp::GatedOp;

  void Compute(OpKernelContext* context) override {
    const Tensor& dy = context->input(0);
    Call call;
    OP_REQUIRES_OK(context, Prepare(context, &call));
    OP_REQUIRES(context, dy.shape() == call.y,
                absl::InvalidArgumentError(absl::StrCat(
                    "dy must have the shape ", call.y.DebugString(), ", got ",
                    dy.shape().DebugString())));
    Tensor* dx[2] = {nullptr, nullptr};
    for (int i = 0; i < call.x.size(); ++i) {
      OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                  {i + 1}, i, call.x[i].shape(), &dx[i]));
    }
    const bool packed = call.x.size() == 1;
    const auto* a = static_cast<const char*>(Data(call.x[0]));
    auto* da = static_cast<char*>(Data(dx[0]));
    const void* b = packed ? a + call.half : Data(call.x[1]);
    void* db = packed ? da + call.half : Data(dx[1]);
    OP_REQUIRES_OK(context, Guarded([&] {
                     GatedBackward(call.op, a, b, Data(dy), da, db,
                                   Execution(context));
                   }));
  }
};

CA_REGISTER_OP("FusedGatedActivation", FusedGatedActivationOp, );
CA_REGISTER_OP("FusedGatedActivationGrad", FusedGatedActivationGradOp, );

}  // namespace
}  // namespace cuda_activations::tf_ops
