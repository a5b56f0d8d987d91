#include "attributes.h"
#include "registration.h"
#include "tensors.h"

namespace cuda_activations::tf_ops {
namespace {

// What the three pointwise kernels have in common.
class PointwiseOp : public OpKernel {
 public:
  explicit PointwiseOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, GetDType(context, &op_.dtype));
    OP_REQUIRES_OK(context,
                   GetPointwise(context, &op_.activation, &op_.parameters));
  }

 protected:
  Pointwise OfCount(int64_t count) const {
    Pointwise op = op_;
    op.count = count;
    return op;
  }

  const PointwiseInfo& info() const { return Info(op_.activation); }

 private:
  Pointwise op_;
};

template <typename Execution>
class FusedActivationOp final : public PointwiseOp {
 public:
  using PointwiseOp::PointwiseOp;

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0}, 0, x.shape(), &y));
    OP_REQUIRES_OK(context, Guarded([&] {
                     PointwiseForward(OfCount(x.NumElements()), Data(x),
                                      Data(y), Execution(context));
                   }));
  }
};

template <typename Execution>
class FusedActivationGradOp final : public PointwiseOp {
 public:
  explicit FusedActivationGradOp(OpKernelConstruction* context)
      : PointwiseOp(context) {
    OP_REQUIRES_OK(context, context->GetAttr("from_output", &from_output_));
    if (!context->status().ok()) return;
    OP_REQUIRES(context, !from_output_ || info().from_output,
                absl::InvalidArgumentError(absl::StrCat(
                    "attribute from_output must be false for ", info().names[0],
                    ", whose derivative is no function of its output")));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& dy = context->input(0);
    const Tensor& saved = context->input(1);
    OP_REQUIRES_OK(context, SameShapes("saved", saved, "dy", dy));
    Tensor* dx = nullptr;
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0, 1}, 0, dy.shape(), &dx));
    const Pointwise op = OfCount(dy.NumElements());
    OP_REQUIRES_OK(context, Guarded([&] {
                     if (from_output_) {
                       PointwiseBackwardFromOutput(op, Data(saved), Data(dy),
                                                   Data(dx),
                                                   Execution(context));
                     } else {
                       PointwiseBackward(op, Data(saved), Data(dy), Data(dx),
                                         Execution(context));
                     }
                   }));
  }

 private:
  bool from_output_ = false;
};

template <typename Execution>
class FusedActivationGradGradOp final : public PointwiseOp {
 public:
  using PointwiseOp::PointwiseOp;

  void Compute(OpKernelContext* context) override {
    const Tensor& ddx = context->input(0);
    const Tensor& dy = context->input(1);
    const Tensor& x = context->input(2);
    OP_REQUIRES_OK(context, SameShapes("dy", dy, "ddx", ddx));
    OP_REQUIRES_OK(context, SameShapes("x", x, "ddx", ddx));
    Tensor* dx = nullptr;
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0, 1, 2}, 0, x.shape(), &dx));
    OP_REQUIRES_OK(context, Guarded([&] {
                     PointwiseSecondBackward(OfCount(x.NumElements()), Data(x),
                                             Data(dy), Data(ddx), Data(dx),
                                             Execution(context));
                   }));
  }
};

CA_REGISTER_OP("FusedActivation", FusedActivationOp, );
CA_REGISTER_OP("FusedActivationGrad", FusedActivationGradOp, );
CA_REGISTER_OP("FusedActivationGradGrad", FusedActivationGradGradOp, );

}  // namespace
}  // namespace cuda_activations::tf_ops
