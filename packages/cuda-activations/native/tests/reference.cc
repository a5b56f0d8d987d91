#include "reference.h"

#include <cmath>
#include <cstring>
#include <stdexcept>

namespace cuda_activations::tests {

namespace {

double Sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double SigmoidSlope(double x) {
  const double c = std::cosh(x / 2);
  return 1 / (4 * c * c);
}
double Softplus(double x) {
  return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}
double Phi(double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }
double Density(double x) {
  return std::exp(-0.5 * x * x) / std::sqrt(2 * M_PI);
}
double TanhSlope(double x) {
  const double c = std::cosh(x);
  return 1 / (c * c);
}
/// 0 times infinity is the limit 0 in the products below.
double Product(double decaying, double growing) {
  return decaying == 0 ? 0 : decaying * growing;
}

constexpr double kScale = 1.0507009873554804934193349852946;
constexpr double kAlpha = 1.6732632423543772848170429916717;

/// w = 2 u of the tanh approximation of GELU and its derivatives.
struct GeluTanhArgument {
  double w, first, second;
  explicit GeluTanhArgument(double x) {
    const double k = 2 * std::sqrt(2 / M_PI);
    w = k * (x + 0.044715 * x * x * x);
    first = k * (1 + 3 * 0.044715 * x * x);
    second = k * 6 * 0.044715 * x;
  }
};

double MishTanh(double x) { return std::tanh(Softplus(x)); }
/// 1 - tanh(softplus(x))^2.
double MishSech2(double x) { return TanhSlope(Softplus(x)); }

double TanhShrink(double x) {
  if (std::abs(x) < 1e-3) {
    const double u = x * x;
    return x * u * (1.0 / 3 - u * (2.0 / 15 - u * 17.0 / 315));
  }
  return static_cast<double>(x - std::tanh(static_cast<long double>(x)));
}

double Squareplus(double x, double b) {
  const double root = std::hypot(x, std::sqrt(b));
  return x > 0 ? (x + root) / 2 : b / (2 * (root - x));
}

#define FN [](double x, [[maybe_unused]] const double* p) -> double

const Reference kReferences[] = {{"linear", FN{return x;
}  // namespace
, FN { return x * 0 + 1; }
, nullptr, FN { return x * 0; }
, nullptr, FN { return x * 0 + 1; }
, nullptr
}  // namespace cuda_activations::tests
, {"relu", FN{return x > 0 ? x : 0;
}
, FN { return x > 0 ? 1 : 0; }
, nullptr, FN { return x * 0; }
, nullptr, FN { return x > 0 ? 1 : 0; }
, nullptr
}
, {"relu6", FN{return x > 6 ? 6 : x > 0 ? x : 0;
}
, FN { return x > 0 && x < 6 ? 1 : 0; }
, nullptr, FN { return x * 0; }
, nullptr, FN { return x > 0 && x < 6 ? 1 : 0; }
, nullptr
}
, {"leaky_relu", FN{return x > 0 ? x : p[0] * x;
}
, FN { return x > 0 ? 1 : p[0]; }
, nullptr, FN { return x * 0; }
, nullptr, FN { return x > 0 ? 1 : p[0]; }
, nullptr
}
, {"elu", FN{return x > 0 ? x : p[0] * std::expm1(x);
}
, FN { return x > 0 ? 1 : p[0] * std::exp(x); }
, nullptr, FN { return x > 0 ? 0 : p[0] * std::exp(x); }
, nullptr, FN { return x > 0 ? 1 : x + p[0]; }
, nullptr
}
, {"selu", FN{return kScale * (x > 0 ? x : kAlpha * std::expm1(x));
}
, FN { return kScale * (x > 0 ? 1 : kAlpha * std::exp(x)); }
, nullptr, FN { return x > 0 ? 0 : kScale * kAlpha * std::exp(x); }
, nullptr, FN { return x > 0 ? kScale : x + kScale * kAlpha; }
, FN { return std::abs(x) + 1; }
}
, {"celu", FN{return x > 0 ? x : p[0] * std::expm1(x / p[0]);
}
, FN { return x > 0 ? 1 : std::exp(x / p[0]); }
, nullptr, FN { return x > 0 ? 0 : std::exp(x / p[0]) / p[0]; }
, nullptr, FN { return x > 0 ? 1 : 1 + x / p[0]; }
, FN { return 1 + std::abs(x / p[0]); }
}
, {"gelu", FN{return Product(Phi(x), x);
}
, FN { return Phi(x) + Product(Density(x), x); }
, FN { return Phi(x) + std::abs(Product(Density(x), x)); }
, FN { return Product(Density(x), 2 - x * x); }
, FN { return Product(Density(x), 2 + x * x); }
, nullptr, nullptr
}
, {"gelu_tanh", FN{return Product(Sigmoid(GeluTanhArgument(x).w), x);
}
, FN {
  const GeluTanhArgument u(x);
  return Sigmoid(u.w) + Product(SigmoidSlope(u.w), x * u.first);
}
, FN {
  const GeluTanhArgument u(x);
  return Sigmoid(u.w) + std::abs(Product(SigmoidSlope(u.w), x * u.first));
}
, FN {
  const GeluTanhArgument u(x);
  return Product(
      SigmoidSlope(u.w),
      2 * u.first + x * u.second - x * u.first * u.first * std::tanh(u.w / 2));
}
, FN {
  const GeluTanhArgument u(x);
  return Product(SigmoidSlope(u.w),
                 2 * u.first + x * u.second + std::abs(x) * u.first * u.first);
}
, nullptr, nullptr
}
, {"silu", FN{return Product(Sigmoid(p[0] * x), x);
}
, FN { return Sigmoid(p[0] * x) + Product(SigmoidSlope(p[0] * x), p[0] * x); }
, FN {
  return Sigmoid(p[0] * x) +
         std::abs(Product(SigmoidSlope(p[0] * x), p[0] * x));
}
, FN {
  const double u = p[0] * x;
  return Product(SigmoidSlope(u), p[0] * (2 + u * (Sigmoid(-u) - Sigmoid(u))));
}
, FN {
  const double u = p[0] * x;
  return Product(SigmoidSlope(u), std::abs(p[0]) * (2 + std::abs(u)));
}
, nullptr, nullptr
}
, {"hard_silu", FN{return x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6;
}
, FN { return x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6; }
, FN { return x <= -3 ? 0 : x >= 3 ? 1 : (2 * std::abs(x) + 3) / 6; }
, FN { return x > -3 && x < 3 ? 1.0 / 3 : 0; }
, nullptr, nullptr, nullptr
}
, {"sigmoid", FN{return Sigmoid(x);
}
, FN { return SigmoidSlope(x); }
, nullptr, FN { return SigmoidSlope(x) * (Sigmoid(-x) - Sigmoid(x)); }
, FN { return SigmoidSlope(x); }
, FN { return x * (1 - x); }
, nullptr
}
, {"hard_sigmoid", FN{return x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6;
}
, FN { return x > -3 && x < 3 ? 1.0 / 6 : 0; }
, nullptr, FN { return x * 0; }
, nullptr, FN { return x > 0 && x < 1 ? 1.0 / 6 : 0; }
, nullptr
}
, {"log_sigmoid", FN{return -Softplus(-x);
}
, FN { return Sigmoid(-x); }
, nullptr, FN { return -SigmoidSlope(x); }
, nullptr, FN { return -std::expm1(x); }
, nullptr
}
, {"tanh", FN{return std::tanh(x);
}
, FN { return TanhSlope(x); }
, nullptr, FN { return -2 * std::tanh(x) * TanhSlope(x); }
, nullptr, FN { return (1 - x) * (1 + x); }
, nullptr
}
, {"hard_tanh", FN{return x < -1 ? -1 : x > 1 ? 1 : x;
}
, FN { return x > -1 && x < 1 ? 1 : 0; }
, nullptr, FN { return x * 0; }
, nullptr, FN { return x > -1 && x < 1 ? 1 : 0; }
, nullptr
}
, {"tanh_shrink", FN{return TanhShrink(x);
}
, FN { return std::tanh(x) * std::tanh(x); }
, nullptr, FN { return 2 * std::tanh(x) * TanhSlope(x); }
, nullptr, nullptr, nullptr
}
, {"hard_shrink", FN{return x > p[0] || x < -p[0] ? x : 0;
}
, FN { return x > p[0] || x < -p[0] ? 1 : 0; }
, nullptr, FN { return x * 0; }
, nullptr, FN { return x != 0 ? 1 : 0; }
, nullptr
}
, {"soft_shrink", FN{return x > p[0] ? x - p[0] : x < -p[0] ? x + p[0] : 0;
}
, FN { return x > p[0] || x < -p[0] ? 1 : 0; }
, nullptr, FN { return x * 0; }
, nullptr, FN { return x != 0 ? 1 : 0; }
, nullptr
}
, {"softplus", FN{return Softplus(x);
}
, FN { return Sigmoid(x); }
, nullptr, FN { return SigmoidSlope(x); }
, nullptr, FN { return -std::expm1(-x); }
, nullptr
}
, {"softsign", FN{return x / (1 + std::abs(x));
}
, FN { return std::pow(1 + std::abs(x), -2); }
, nullptr, FN {
  return (x > 0 ? -2 : x < 0 ? 2 : 0) * std::pow(1 + std::abs(x), -3);
}
, nullptr, FN { return (1 - std::abs(x)) * (1 - std::abs(x)); }
, nullptr
}
, {"mish", FN{return Product(MishTanh(x), x);
}
, FN { return MishTanh(x) + Product(MishSech2(x) * Sigmoid(x), x); }
, FN { return MishTanh(x) + std::abs(Product(MishSech2(x) * Sigmoid(x), x)); }
, FN {
  const double s = Sigmoid(x);
  return Product(s * MishSech2(x),
                 2 + x * Sigmoid(-x) - 2 * x * MishTanh(x) * s);
}
, FN { return Product(Sigmoid(x) * MishSech2(x), 2 + 3 * std::abs(x)); }
, nullptr, nullptr
}
, {"exponential", FN{return std::exp(x);
}
, FN { return std::exp(x); }
, nullptr, FN { return std::exp(x); }
, nullptr, FN { return x; }
, nullptr
}
, {"squareplus", FN{return Squareplus(x, p[0]);
}
, FN { return Squareplus(x, p[0]) / std::hypot(x, std::sqrt(p[0])); }
, nullptr, FN {
  return p[0] / 2 * std::pow(std::hypot(x, std::sqrt(p[0])), -3);
}
, nullptr, FN { return 1 / (1 + p[0] / (4 * x) / x); }
, nullptr
}
, {"sparse_plus", FN{return x <= -1 ? 0 : x < 1 ? (x + 1) * (x + 1) / 4 : x;
}
, FN { return x <= -1 ? 0 : x < 1 ? (x + 1) / 2 : 1; }
, nullptr, FN { return x > -1 && x < 1 ? 0.5 : 0; }
, nullptr, FN { return x < 1 ? std::sqrt(x) : 1; }
, nullptr
}
, {"sparse_sigmoid", FN{return x <= -1 ? 0 : x < 1 ? (x + 1) / 2 : 1;
}
, FN { return x > -1 && x < 1 ? 0.5 : 0; }
, nullptr, FN { return x * 0; }
, nullptr, FN { return x > 0 && x < 1 ? 0.5 : 0; }
, nullptr
}
, {"threshold", FN{return x > p[0] ? x : p[1];
}
, FN { return x > p[0] ? 1 : 0; }
, nullptr, FN { return x * 0; }
, nullptr, nullptr, nullptr
}
, {"penalized_tanh", FN{return (x > 0 ? 1 : p[0]) * std::tanh(x);
}
, FN { return (x > 0 ? 1 : p[0]) * TanhSlope(x); }
, nullptr, FN { return (x > 0 ? -2 : -2 * p[0]) * std::tanh(x) * TanhSlope(x); }
, nullptr, FN {
  const double t = x > 0 ? x : x / p[0];
  return (x > 0 ? 1 : p[0]) * (1 - t) * (1 + t);
}
, FN {
  const double t = x > 0 ? x : x / p[0];
  return (x > 0 ? 1 : p[0]) * (1 + t * t);
}
}
, {"squared_relu", FN{return x > 0 ? x* x : 0;
}
, FN { return x > 0 ? 2 * x : 0; }
, nullptr, FN { return x > 0 ? 2 : 0; }
, nullptr, FN { return 2 * std::sqrt(x); }
, nullptr
}
, {"square", FN{return x * x;
}
, FN { return 2 * x; }
, nullptr, FN { return x * 0 + 2; }
, nullptr, nullptr, nullptr
}
,
}
;

}  // namespace

const Reference& ReferenceOf(PointwiseId id) {
  const char* const name = Info(id).names[0];
  for (const Reference& reference : kReferences) {
    if (std::strcmp(reference.name, name) == 0) return reference;
  }
  throw std::runtime_error(std::string("no reference for ") + name);
}

}  // namespace cuda_activations::tests
