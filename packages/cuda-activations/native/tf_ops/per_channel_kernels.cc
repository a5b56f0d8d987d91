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

template <typename Execution>
class AdaptivePiecewiseLinearOp final : public PerChannelOp {
 public:
  using PerChannelOp::PerChannelOp;

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const Tensor& a = context->input(1);
    const Tensor& b = context->input(2);
    Apl op;
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, Prepare(x, a, b, &op));
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0}, 0, x.shape(), &y));
    OP_REQUIRES_OK(context, Guarded([&] {
                     AplForward(op, Data(x), Data(a), Data(b), Data(y),
                                Execution(context));
                   }));
  }
};

template <typename Execution>
class AdaptivePiecewiseLinearGradOp final : public PerChannelOp {
 public:
  using PerChannelOp::PerChannelOp;

  void Compute(OpKernelContext* context) override {
    const Tensor& dy = context->input(0);
    const Tensor& x = context->input(1);
    const Tensor& a = context->input(2);
    const Tensor& b = context->input(3);
    Apl op;
    Tensor *dx = nullptr, *da = nullptr, *db = nullptr, workspace;
    OP_REQUIRES_OK(context, SameShapes("dy", dy, "x", x));
    OP_REQUIRES_OK(context, Prepare(x, a, b, &op));
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0, 1}, 0, x.shape(), &dx));
    OP_REQUIRES_OK(context, context->allocate_output(1, a.shape(), &da));
    OP_REQUIRES_OK(context, context->allocate_output(2, b.shape(), &db));
    OP_REQUIRES_OK(context, AllocateWorkspace(context, Execution::Workspace(op),
                                              &workspace));
    OP_REQUIRES_OK(context, Guarded([&] {
                     AplBackward(op, Data(x), Data(a), Data(b), Data(dy),
                                 Data(dx), Data(da), Data(db), Data(&workspace),
                                 Execution(context));
                   }));
  }
};

CA_REGISTER_OP("PRelu", PReluOp, );
CA_REGISTER_OP("PReluGrad", PReluGradOp, );
CA_REGISTER_OP("AdaptivePiecewiseLinear", AdaptivePiecewiseLinearOp, );
CA_REGISTER_OP("AdaptivePiecewiseLinearGrad", AdaptivePiecewiseLinearGradOp, );

}  // namespace
}  // namespace cuda_activations::tf_ops
