// Forward and backward loops of every pointwise and gated activation; compiled
// once per instruction set and element type (CA_TYPE).
#include "../../generated/pointwise_headers.inc"
#include "blocks.h"
#include "isa_kernels.h"
#include "isa_tables.h"

CA_MATH_BEGIN

namespace {

/// Whether F says that its derivative cuts nothing off (kNeverZero).
template <class F>
constexpr auto NeverZero(int) -> decltype(F::kNeverZero) {
  return F::kNeverZero;
}
template <class F>
constexpr bool NeverZero(long) {
  return false;
}

/// dy f'. Where f' is 0 the result is 0 even if dy is infinite or NaN, as for
/// an element that a hinge cuts off.
template <class F, class T>
CA_FN T Chain(T derivative, T dy) {
  const T product = dy * derivative;
  if constexpr (NeverZero<F>(0)) return product;
  return derivative == T(0) ? T(0) : product;
}

template <class F, bool stream, class T>
void Forward(const double* p, const T* x, T* y, int64_t n) {
  const F f(p);
  Map<stream>([f](T v) CA_LAMBDA { return f.Value(v); }, y, n, x);
}

template <class F, bool stream, class T>
void Backward(const double* p, const T* x, const T* dy, T* dx, int64_t n) {
  const F f(p);
  Map<stream>([f](T v, T g) CA_LAMBDA { return Chain<F>(f.Derivative(v), g); },
              dx, n, x, dy);
}

template <class F, bool stream, class T>
void FromOutput(const double* p, const T* y, const T* dy, T* dx, int64_t n) {
  const F f(p);
  Map<stream>([f](T v, T g)
                  CA_LAMBDA { return Chain<F>(f.DerivativeFromOutput(v), g); },
              dx, n, y, dy);
}

template <class F, class T>
void Second(const double* p, const T* x, const T* dy, const T* ddx, T* dx2,
            int64_t n) {
  const F f(p);
  Map([f](T v, T g, T gg)
          CA_LAMBDA { return Chain<F>(f.SecondDerivative(v), g * gg); },
      dx2, n, x, dy, ddx);
}

template <class F, class T, bool has_from_output>
constexpr PointwiseLoops<T> Loops() {
  if constexpr (has_from_output) {
    return {{Forward<F, false, T>, Forward<F, true, T>},
            {Backward<F, false, T>, Backward<F, true, T>},
            {FromOutput<F, false, T>, FromOutput<F, true, T>},
            Second<F, T>};
  } else {
    return {{Forward<F, false, T>, Forward<F, true, T>},
            {Backward<F, false, T>, Backward<F, true, T>},
            {nullptr, nullptr},
            Second<F, T>};
  }
}

// A gate takes its activation's default parameters.
#define CA_GATED(Name, Gate, ...)                          \
  struct Name##Gate {                                      \
    using Function = Gate<CA_TYPE>;                        \
    static constexpr double kParameters[] = {__VA_ARGS__}; \
  };
#include "../../generated/gated_functors.inc"
#undef CA_GATED

template <class G, bool stream, class T>
void GatedForwardLoop(const T* a, const T* b, T* y, int64_t n) {
  const typename G::Function g(G::kParameters);
  Map<stream>([g](T u, T v) CA_LAMBDA { return u * g.Value(v); }, y, n, a, b);
}

template <class G, bool stream, class T>
void GatedBackwardLoop(const T* a, const T* b, const T* dy, T* da, T* db,
                       int64_t n) {
  const typename G::Function g(G::kParameters);
  MapPair<stream>(
      [g](T u, T v, T d, T* du, T* dv) CA_LAMBDA {
        const T value = g.Value(v), derivative = g.Derivative(v);
        *du = d * value;
        *dv = Chain<typename G::Function>(derivative, d * u);
      },
      a, b, dy, da, db, n);
}

}  // namespace

#define CA_POINTWISE(Name, from_output) \
  Loops<Name<CA_TYPE>, CA_TYPE, from_output>(),
extern const PointwiseLoops<CA_TYPE> CA_POINTWISE_TABLE[] = {
#include "../../generated/pointwise_functors.inc"
};

#define CA_GATED(Name, Gate, ...)                  \
  {{GatedForwardLoop<Name##Gate, false, CA_TYPE>,  \
    GatedForwardLoop<Name##Gate, true, CA_TYPE>},  \
   {GatedBackwardLoop<Name##Gate, false, CA_TYPE>, \
    GatedBackwardLoop<Name##Gate, true, CA_TYPE>}},
extern const GatedLoops<CA_TYPE> CA_GATED_TABLE[] = {
#include "../../generated/gated_functors.inc"
};

CA_MATH_END
