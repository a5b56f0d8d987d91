// Gated linear units: y = a g(b) and its backward pass.
#ifndef CUDA_ACTIVATIONS_CUDA_DEVICE_GATED_H_
#define CUDA_ACTIVATIONS_CUDA_DEVICE_GATED_H_

#include "chain.h"
#include "tile.h"

namespace cuda_activations {
namespace cuda {

template <class Element, template <class> class Gate, bool backward>
struct GatedWalker {
  using Real = typename Element::Real;
  const GatedArguments& p;
  const Gate<Real> g;

  CA_DEVICE GatedWalker(const GatedArguments& arguments,
                        const double* parameters)
      : p(arguments), g(parameters) {}

  template <int lanes>
  CA_DEVICE void BeginColumn(int64) {}

  template <int lanes>
  CA_DEVICE void Row(int64 row, int64 column) {
    using Lanes = Access<Element, lanes>;
    const int64 strided = row * p.tiling.row_stride + column;
    const int64 dense = row * p.dense_stride + column;
    float a[lanes], b[lanes];
    Lanes::Load(p.a, strided, a);
    Lanes::Load(p.b, strided, b);
    if constexpr (backward) {
      float dy[lanes];
      Lanes::Load(p.dy, dense, dy);
      CA_UNROLL
      for (int i = 0; i < lanes; ++i) {
        const float upstream = dy[i] * a[i];
        a[i] = dy[i] * float(g.Value(Real(b[i])));
        b[i] = Chain(g.Derivative(Real(b[i])), upstream);
      }
      Lanes::Store(p.y, strided, a);
      Lanes::Store(p.db, strided, b);
    } else {
      CA_UNROLL
      for (int i = 0; i < lanes; ++i) {
        a[i] = a[i] * float(g.Value(Real(b[i])));
      }
      Lanes::Store(p.y, dense, a);
    }
  }
};

template <class Element, template <class> class Gate, bool backward>
CA_DEVICE void GatedUnit(const GatedArguments& p, const double* parameters) {
  const Tile tile(p.tiling);
  GatedWalker<Element, Gate, backward> walker(p, parameters);
  WalkTile<Element::kLanes>(p.tiling, tile, walker);
}

}  // namespace cuda
}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CUDA_DEVICE_GATED_H_
