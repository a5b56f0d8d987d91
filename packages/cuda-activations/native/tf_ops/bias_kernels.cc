#include "attributes.h"
#include "registration.h"
#include "tensors.h"

namespace cuda_activations::tf_ops {
namespace {

using tensorflow::OpInputList;

// The tensor of an optional list input, or null.
absl::Status OptionalInput(OpKernelContext* context, const char* name,
                           const Tensor** tensor) {
  OpInputList list;
  TF_RETURN_IF_ERROR(context->input_list(name, &list));
  *tensor = list.size() == 0 ? nullptr : &list[0];
  return absl::OkStatus();
}

// What forward and backward have in common.
class BiasActivationOp : public OpKernel {
 public:
  explicit BiasActivationOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, GetDType(context, &op_.dtype));
    OP_REQUIRES_OK(context,
                   GetPointwise(context, &op_.activation, &op_.parameters));
    OP_REQUIRES_OK(context, GetChannelsFirst(context, &channels_first_));
    bool ignored;
    OP_REQUIRES_OK(context, GetOptional(context, "num_residuals", &ignored));
    OP_REQUIRES_OK(context,
                   GetOptional(context, "num_dropout_states", &dropout_));
    float rate;
    OP_REQUIRES_OK(context, context->GetAttr("dropout_rate", &rate));
    OP_REQUIRES(context, rate >= 0 && rate < 1,
                absl::InvalidArgumentError(absl::StrCat(
                    "attribute dropout_rate must be in [0, 1), got ", rate)));
    OP_REQUIRES(context, dropout_ || rate == 0,
                absl::InvalidArgumentError(absl::StrCat(
                    "attribute dropout_rate ", rate,
                    " needs a dropout_state, got num_dropout_states = 0")));
    op_.dropout.rate = dropout_ ? rate : 0;
  }

 protected:
  // The call's operands, checked against each other and against x's shape.
  struct Call {
    BiasActivation op;
    const Tensor* residual = nullptr;
  };

  absl::Status Prepare(OpKernelContext* context, const Tensor& x,
                       const Tensor* bias, Call* call) const {
    call->op = op_;
    TF_RETURN_IF_ERROR(
        LayoutOfAxis(x.shape(), channels_first_, &call->op.layout));
    const int64_t channels = call->op.layout.channels;
    if (bias != nullptr &&
        (bias->dims() != 1 || bias->dim_size(0) != channels)) {
      return absl::InvalidArgumentError(
          absl::StrCat("bias must have the shape [", channels, "], got ",
                       bias->shape().DebugString()));
    }
    TF_RETURN_IF_ERROR(OptionalInput(context, "residual", &call->residual));
    if (call->residual != nullptr) {
      TF_RETURN_IF_ERROR(SameShapes("residual", *call->residual, "x", x));
    }
    const Tensor* state;
    TF_RETURN_IF_ERROR(OptionalInput(context, "dropout_state", &state));
    if (state == nullptr) return absl::OkStatus();
    if (state->dims() != 1 || state->dim_size(0) != 2) {
      return absl::InvalidArgumentError(
          absl::StrCat("dropout_state must have the shape [2], seed and "
                       "counter, got ",
                       state->shape().DebugString()));
    }
    const auto words = state->flat<int32_t>();
    call->op.dropout.seed = static_cast<uint32_t>(words(0));
    call->op.dropout.counter = static_cast<uint32_t>(words(1));
    return absl::OkStatus();
  }

  const PointwiseInfo& info() const { return Info(op_.activation); }
  bool drops() const { return op_.dropout.rate > 0; }

 private:
  BiasActivation op_;
  bool channels_first_ = false;
  bool dropout_ = false;
};

template <typename Execution>
class FusedBiasActivationOp final : public BiasActivationOp {
 public:
  explicit FusedBiasActivationOp(OpKernelConstruction* context)
      : BiasActivationOp(context) {
    bool ignored;
    OP_REQUIRES_OK(context,
                   GetOptional(context, "num_preactivations", &ignored));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const Tensor& bias = context->input(1);
    Call call;
    OP_REQUIRES_OK(context, Prepare(context, x, &bias, &call));
    Tensor *y = nullptr, *preactivation = nullptr;
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0}, 0, x.shape(), &y));
    if (num_outputs() > 1) {
      OP_REQUIRES_OK(context,
                     context->allocate_output(1, x.shape(), &preactivation));
    }
    OP_REQUIRES_OK(context, Guarded([&] {
                     BiasActivationForward(
                         call.op, Data(x), Data(bias), Data(call.residual),
                         Data(y), Data(preactivation), Execution(context));
                   }));
  }
};

template <typename Execution>
class FusedBiasActivationGradOp final : public BiasActivationOp {
 public:
  explicit FusedBiasActivationGradOp(OpKernelConstruction* context)
      : BiasActivationOp(context) {
    std::string source;
    bool residual = false;
    OP_REQUIRES_OK(context, GetOptional(context, "num_biases", &bias_));
    OP_REQUIRES_OK(context, GetOptional(context, "num_residuals", &residual));
    OP_REQUIRES_OK(context, context->GetAttr("source", &source));
    if (!context->status().ok()) return;
    source_ = source == "output"  ? BackwardSource::kFromOutput
              : source == "input" ? BackwardSource::kFromInput
                                  : BackwardSource::kFromPreactivation;
    const bool from_input = source_ == BackwardSource::kFromInput;
    OP_REQUIRES(context, bias_ == from_input && (from_input || !residual),
                absl::InvalidArgumentError(absl::StrCat(
                    "source 'input' takes a bias and any residual, the others "
                    "take neither; got source '",
                    source, "', num_biases = ", bias_ ? 1 : 0,
                    ", num_residuals = ", residual ? 1 : 0)));
    OP_REQUIRES(context,
                source_ != BackwardSource::kFromOutput ||
                    (info().from_output && !drops()),
                absl::InvalidArgumentError(absl::StrCat(
                    "source 'output' needs a function whose derivative is one "
                    "of its output, and no dropout; got ",
                    info().names[0], drops() ? " with dropout" : "")));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& dy = context->input(0);
    const Tensor& saved = context->input(1);
    const Tensor* bias = bias_ ? &context->input(2) : nullptr;
    OP_REQUIRES_OK(context, SameShapes("saved", saved, "dy", dy));
    Call call;
    OP_REQUIRES_OK(context, Prepare(context, dy, bias, &call));
    Tensor *dx = nullptr, *dbias = nullptr, workspace;
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                {0, 1}, 0, dy.shape(), &dx));
    OP_REQUIRES_OK(context,
                   context->allocate_output(
                       1, TensorShape({call.op.layout.channels}), &dbias));
    OP_REQUIRES_OK(
        context,
        AllocateWorkspace(context, Execution::Workspace(call.op), &workspace));
    OP_REQUIRES_OK(context, Guarded([&] {
                     BiasActivationBackward(
                         call.op, source_, Data(saved), Data(bias),
                         Data(call.residual), Data(dy), Data(dx), Data(dbias),
                         Data(&workspace), Execution(context));
                   }));
  }

 private:
  BackwardSource source_ = BackwardSource::kFromInput;
  bool bias_ = false;
};

CA_REGISTER_OP("FusedBiasActivation", FusedBiasActivationOp,
               .HostMemory("dropout_state"));
CA_REGISTER_OP("FusedBiasActivationGrad", FusedBiasActivationGradOp,
               .HostMemory("dropout_state"));

}  // namespace
}  // namespace cuda_activations::tf_ops
