// Pointwise activations: forward, backward from the input or from the output,
// and the second backward pass.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_POINTWISE_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_POINTWISE_H_

#include "chain.h"
#include "elementwise.h"

namespace cuda_activations {
namespace cuda {

template <class Element, template <class> class Activation>
CA_DEVICE void PointwiseForward(const PointwiseArguments& p) {
  using Real = typename Element::Real;
  const Activation<Real> f(p.parameters);
  const void* const in[] = {p.in[0]};
  Elementwise<Element>(in, p.out, p.span,
                       [&](float x) -> float { return f.Value(Real(x)); });
}

template <class Element, template <class> class Activation>
CA_DEVICE void PointwiseBackward(const PointwiseArguments& p) {
  using Real = typename Element::Real;
  const Activation<Real> f(p.parameters);
  const void* const in[] = {p.in[0], p.in[1]};
  Elementwise<Element>(in, p.out, p.span, [&](float x, float dy) -> float {
    return Chain(f.Derivative(Real(x)), dy);
  });
}

template <class Element, template <class> class Activation>
CA_DEVICE void PointwiseFromOutput(const PointwiseArguments& p) {
  using Real = typename Element::Real;
  const Activation<Real> f(p.parameters);
  const void* const in[] = {p.in[0], p.in[1]};
  Elementwise<Element>(in, p.out, p.span, [&](float y, float dy) -> float {
    return Chain(f.DerivativeFromOutput(Real(y)), dy);
  });
}

template <class Element, template <class> class Activation>
CA_DEVICE void PointwiseSecond(const PointwiseArguments& p) {
  using Real = typename Element::Real;
  const Activation<Real> f(p.parameters);
  const void* const in[] = {p.in[0], p.in[1], p.in[2]};
  Elementwise<Element>(in, p.out, p.span,
                       [&](float x, float dy, float ddx) -> float {
                         return Chain(f.SecondDerivative(Real(x)), dy * ddx);
                       });
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_POINTWISE_H_
