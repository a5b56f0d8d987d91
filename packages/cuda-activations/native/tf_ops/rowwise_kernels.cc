#include "attributes.h"
#include "registration.h"
#include "tensors.h"

namespace cuda_activations::tf_ops {
namespace {

class RowwiseOp : public OpKernel {
 public:
  explicit RowwiseOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, GetDType(context, &op_.dtype));
    OP_REQUIRES_OK(context, GetRowwise(context, &op_.activation));
  }

 protected:
  // Rows along the last dimension.
  absl::Status RowsOf(const Tensor& x, Rowwise* op) const {
    ChannelLayout layout;
    TF_RETURN_IF_ERROR(LayoutOfAxis(x.shape(), false, &layout));
    *op = op_;
    op->rows = layout.outer;
    op->width = layout.channels;
    return absl::OkStatus();
  }

 private:
  Rowwise op_;
};

template <typename Execution>
class FusedRowActivationOp final : public RowwiseOp {
 public:
  using RowwiseOp::RowwiseOp;

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    Rowwise op;
    OP_REQUIRES_OK(context, RowsOf(x, &op));
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0}, 0, x.shape(), &y));
    OP_REQUIRES_OK(context, Guarded([&] {
                     RowwiseForward(op, Data(x), Data(y), Execution(context));
                   }));
  }
};

template <typename Execution>
class FusedRowActivationGradOp final : public RowwiseOp {
 public:
  using RowwiseOp::RowwiseOp;

  void Compute(OpKernelContext* context) override {
    const Tensor& dy = context->input(0);
    const Tensor& y = context->input(1);
    OP_REQUIRES_OK(context, SameShapes("y", y, "dy", dy));
    Rowwise op;
    OP_REQUIRES_OK(context, RowsOf(y, &op));
    Tensor* dx = nullptr;
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0, 1}, 0, dy.shape(), &dx));
    OP_REQUIRES_OK(context, Guarded([&] {
                     RowwiseBackward(op, Data(y), Data(dy), Data(dx),
                                     Execution(context));
                   }));
  }
};

CA_REGISTER_OP("FusedRowActivation", FusedRowActivationOp, );
CA_REGISTER_OP("FusedRowActivationGrad", FusedRowActivationGradOp, );

}  // namespace
}  // namespace cuda_activations::tf_ops
