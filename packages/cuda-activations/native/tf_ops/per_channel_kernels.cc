#include "attributes.h"
#include "registration.h"
#include "tensors.h"

namespace cuda_activations::tf_ops {
namespace {

// Activations with parameters learned per channel: the op's layout comes from
// the shapes of x and of the parameters.
class PerChannelOp : public OpKernel {
 public:
  explicit PerChannelOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, GetDType(context, &dtype_));
    OP_REQUIRES_OK(context, GetChannelsFirst(context, &channels_first_));
  }

 protected:
  absl::Status Prepare(const Tensor& x, const Tensor& slope, PRelu* op) const {
    op->dtype = dtype_;
    return LayoutOfParameter("slope", x.shape(), slope.shape(), 0,
                             channels_first_, &op->layout);
  }

  absl::Status Prepare(const Tensor& x, const Tensor& a, const Tensor& b,
                       Apl* op) const {
    TF_RETURN_IF_ERROR(SameShapes("b", b, "a", a));
    if (a.dims() < 2) {
      return absl::InvalidArgumentError(
          absl::StrCat("a must have the shape [segments, channels], got ",
                       a.shape().DebugString()));
    }
    op->dtype = dtype_;
    op->segments = a.dim_size(0);
    return LayoutOfParameter("a", x.shape(), a.shape(), 1, channels_first_,
                             &op->layout);
  }

 private:
  DType dtype_ = DType::kFloat32;
  bool channels_first_ = false;
};

template <typename Execution>
class PReluOp final : public PerChannelOp {
 public:
  using PerChannelOp::PerChannelOp;

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const Tensor& slope = context->input(1);
    PRelu op;
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, Prepare(x, slope, &op));
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0}, 0, x.shape(), &y));
    OP_REQUIRES_OK(context, Guarded([&] {
                     PReluForward(op, Data(x), Data(slope), Data(y),
                                  Execution(context));
                   }));
  }
};

template <typename Execution>
class PReluGradOp final : public PerChannelOp {
 public:
  using PerChannelOp::PerChannelOp;

  void Compute(OpKernelContext* context) override {
    const Tensor& dy = context->input(0);
    const Tensor& x = context->input(1);
    const Tensor& slope = context->input(2);
    PRelu op;
    Tensor *dx = nullptr, *dslope = nullptr, workspace;
    OP_REQUIRES_OK(context, SameShapes("dy", dy, "x", x));
    OP_REQUIRES_OK(context, Prepare(x, slope, &op));
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0, 1}, 0, x.shape(), &dx));
    OP_REQUIRES_OK(context,
                   context->allocate_output(1, slope.shape(), &dslope));
    OP_REQUIRES_OK(context, AllocateWorkspace(context, Execution::Workspace(op),
                                              &workspace));
    OP_REQUIRES_OK(context, Guarded([&] {
                     PReluBackward(op, Data(x), Data(slope), Data(dy), Data(dx),
                                   Data(dslope), Data(&workspace),
                                   Execution(context));
                   }));
  }
};

// APL, of x or of x + bias.
class AplOp : public PerChannelOp {
 public:
  explicit AplOp(OpKernelConstruction* context) : PerChannelOp(context) {
    OP_REQUIRES_OK(context, GetOptional(context, "num_biases", &biased_));
  }

 protected:
  // `first`: which input x is; a, b and any bias follow.
  struct Call {
    Apl op;
    const Tensor *x, *a, *b, *bias;
  };
  absl::Status Prepare(OpKernelContext* context, int first, Call* call) const {
    call->x = &context->input(first);
    call->a = &context->input(first + 1);
    call->b = &context->input(first + 2);
    call->bias = biased_ ? &context->input(first + 3) : nullptr;
    TF_RETURN_IF_ERROR(
        PerChannelOp::Prepare(*call->x, *call->a, *call->b, &call->op));
    const ChannelLayout& layout = call->op.layout;
    if (biased_ && (layout.inner != 1 || call->bias->dims() != 1 ||
                    call->bias->dim_size(0) != layout.channels)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "bias must have the shape [channels] of a and b, channels in the "
          "last dimension, got ",
          call->bias->shape().DebugString(), " for a ",
          call->a->shape().DebugString(), " and x ",
          call->x->shape().DebugString()));
    }
    return absl::OkStatus();
  }

 private:
  bool biased_ = false;
};

template <typename Execution>
class AdaptivePiecewiseLinearOp final : public AplOp {
 public:
  using AplOp::AplOp;

  void Compute(OpKernelContext* context) override {
    Call call;
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, Prepare(context, 0, &call));
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0}, 0, call.x->shape(), &y));
    OP_REQUIRES_OK(context, Guarded([&] {
                     const Execution execution(context);
                     if (call.bias == nullptr) {
                       AplForward(call.op, Data(call.x), Data(call.a),
                                  Data(call.b), Data(y), execution);
                     } else {
                       BiasedAplForward(call.op, Data(call.x), Data(call.bias),
                                        Data(call.a), Data(call.b), Data(y),
                                        execution);
                     }
                   }));
  }
};

template <typename Execution>
class AdaptivePiecewiseLinearGradOp final : public AplOp {
 public:
  using AplOp::AplOp;

  void Compute(OpKernelContext* context) override {
    const Tensor& dy = context->input(0);
    Call call;
    Tensor *dx = nullptr, *da = nullptr, *db = nullptr, *dbias = nullptr;
    Tensor workspace;
    OP_REQUIRES_OK(context, SameShapes("dy", dy, "x", context->input(1)));
    OP_REQUIRES_OK(context, Prepare(context, 1, &call));
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0, 1}, 0, dy.shape(), &dx));
    OP_REQUIRES_OK(context, context->allocate_output(1, call.a->shape(), &da));
    OP_REQUIRES_OK(context, context->allocate_output(2, call.b->shape(), &db));
    const bool biased = call.bias != nullptr;
    if (biased) {
      OP_REQUIRES_OK(context,
                     context->allocate_output(3, call.bias->shape(), &dbias));
    }
    OP_REQUIRES_OK(
        context, AllocateWorkspace(context,
                                   biased ? Execution::BiasedWorkspace(call.op)
                                          : Execution::Workspace(call.op),
                                   &workspace));
    OP_REQUIRES_OK(context, Guarded([&] {
                     const Execution execution(context);
                     if (biased) {
                       BiasedAplBackward(call.op, Data(call.x), Data(call.bias),
                                         Data(call.a), Data(call.b), Data(dy),
                                         Data(dx), Data(dbias), Data(da),
                                         Data(db), Data(&workspace), execution);
                     } else {
                       AplBackward(call.op, Data(call.x), Data(call.a),
                                   Data(call.b), Data(dy), Data(dx), Data(da),
                                   Data(db), Data(&workspace), execution);
                     }
                   }));
  }
};

CA_REGISTER_OP("PRelu", PReluOp, );
CA_REGISTER_OP("PReluGrad", PReluGradOp, );
CA_REGISTER_OP("AdaptivePiecewiseLinear", AdaptivePiecewiseLinearOp, );
CA_REGISTER_OP("AdaptivePiecewiseLinearGrad", AdaptivePiecewiseLinearGradOp, );

}  // namespace
}  // namespace cuda_activations::tf_ops
