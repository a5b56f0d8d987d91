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

#define ARGUMENTS double x, [[maybe_unused]] const double *p

const Reference kReferences[] = {
    {"linear", [](ARGUMENTS) -> double { return x; }  // namespace
     ,
     [](ARGUMENTS) -> double { return x * 0 + 1; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0 + 1; },
     nullptr}  // namespace cuda_activations::tests
    ,
    {"relu", [](ARGUMENTS) -> double { return x > 0 ? x : 0; },
     [](ARGUMENTS) -> double { return x > 0 ? 1 : 0; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0; }, nullptr,
     [](ARGUMENTS) -> double { return x > 0 ? 1 : 0; }, nullptr},
    {"relu6", [](ARGUMENTS) -> double { return x > 6   ? 6
                                               : x > 0 ? x
                                                       : 0; },
     [](ARGUMENTS) -> double { return x > 0 && x < 6 ? 1 : 0; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0; }, nullptr,
     [](ARGUMENTS) -> double { return x > 0 && x < 6 ? 1 : 0; }, nullptr},
    {"leaky_relu", [](ARGUMENTS) -> double { return x > 0 ? x : p[0] * x; },
     [](ARGUMENTS) -> double { return x > 0 ? 1 : p[0]; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0; }, nullptr,
     [](ARGUMENTS) -> double { return x > 0 ? 1 : p[0]; }, nullptr},
    {"elu",
     [](ARGUMENTS) -> double { return x > 0 ? x : p[0] * std::expm1(x); },
     [](ARGUMENTS) -> double { return x > 0 ? 1 : p[0] * std::exp(x); },
     nullptr,
     [](ARGUMENTS) -> double { return x > 0 ? 0 : p[0] * std::exp(x); },
     nullptr, [](ARGUMENTS) -> double { return x > 0 ? 1 : x + p[0]; },
     nullptr},
    {"selu",
     [](ARGUMENTS) -> double {
       return kScale * (x > 0 ? x : kAlpha * std::expm1(x));
     },
     [](ARGUMENTS) -> double {
       return kScale * (x > 0 ? 1 : kAlpha * std::exp(x));
     },
     nullptr,
     [](ARGUMENTS) -> double {
       return x > 0 ? 0 : kScale * kAlpha * std::exp(x);
     },
     nullptr,
     [](ARGUMENTS) -> double { return x > 0 ? kScale : x + kScale * kAlpha; },
     [](ARGUMENTS) -> double { return std::abs(x) + 1; }},
    {"celu",
     [](ARGUMENTS) -> double {
       return x > 0 ? x : p[0] * std::expm1(x / p[0]);
     },
     [](ARGUMENTS) -> double { return x > 0 ? 1 : std::exp(x / p[0]); },
     nullptr,
     [](ARGUMENTS) -> double { return x > 0 ? 0 : std::exp(x / p[0]) / p[0]; },
     nullptr, [](ARGUMENTS) -> double { return x > 0 ? 1 : 1 + x / p[0]; },
     [](ARGUMENTS) -> double { return 1 + std::abs(x / p[0]); }},
    {"gelu", [](ARGUMENTS) -> double { return Product(Phi(x), x); },
     [](ARGUMENTS) -> double { return Phi(x) + Product(Density(x), x); },
     [](ARGUMENTS) -> double {
       return Phi(x) + std::abs(Product(Density(x), x));
     },
     [](ARGUMENTS) -> double { return Product(Density(x), 2 - x * x); },
     [](ARGUMENTS) -> double { return Product(Density(x), 2 + x * x); },
     nullptr, nullptr},
    {"gelu_tanh",
     [](ARGUMENTS) -> double {
       return Product(Sigmoid(GeluTanhArgument(x).w), x);
     },
     [](ARGUMENTS) -> double {
       const GeluTanhArgument u(x);
       return Sigmoid(u.w) + Product(SigmoidSlope(u.w), x * u.first);
     },
     [](ARGUMENTS) -> double {
       const GeluTanhArgument u(x);
       return Sigmoid(u.w) + std::abs(Product(SigmoidSlope(u.w), x * u.first));
     },
     [](ARGUMENTS) -> double {
       const GeluTanhArgument u(x);
       return Product(SigmoidSlope(u.w),
                      2 * u.first + x * u.second -
                          x * u.first * u.first * std::tanh(u.w / 2));
     },
     [](ARGUMENTS) -> double {
       const GeluTanhArgument u(x);
       return Product(SigmoidSlope(u.w), 2 * u.first + x * u.second +
                                             std::abs(x) * u.first * u.first);
     },
     nullptr, nullptr},
    {"silu", [](ARGUMENTS) -> double { return Product(Sigmoid(p[0] * x), x); },
     [](ARGUMENTS) -> double {
       return Sigmoid(p[0] * x) + Product(SigmoidSlope(p[0] * x), p[0] * x);
     },
     [](ARGUMENTS) -> double {
       return Sigmoid(p[0] * x) +
              std::abs(Product(SigmoidSlope(p[0] * x), p[0] * x));
     },
     [](ARGUMENTS) -> double {
       const double u = p[0] * x;
       return Product(SigmoidSlope(u),
                      p[0] * (2 + u * (Sigmoid(-u) - Sigmoid(u))));
     },
     [](ARGUMENTS) -> double {
       const double u = p[0] * x;
       return Product(SigmoidSlope(u), std::abs(p[0]) * (2 + std::abs(u)));
     },
     nullptr, nullptr},
    {"hard_silu",
     [](ARGUMENTS) -> double {
       return x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6;
     },
     [](ARGUMENTS) -> double {
       return x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6;
     },
     [](ARGUMENTS) -> double {
       return x <= -3 ? 0 : x >= 3 ? 1 : (2 * std::abs(x) + 3) / 6;
     },
     [](ARGUMENTS) -> double { return x > -3 && x < 3 ? 1.0 / 3 : 0; }, nullptr,
     nullptr, nullptr},
    {"sigmoid", [](ARGUMENTS) -> double { return Sigmoid(x); },
     [](ARGUMENTS) -> double { return SigmoidSlope(x); }, nullptr,
     [](ARGUMENTS) -> double {
       return SigmoidSlope(x) * (Sigmoid(-x) - Sigmoid(x));
     },
     [](ARGUMENTS) -> double { return SigmoidSlope(x); },
     [](ARGUMENTS) -> double { return x * (1 - x); }, nullptr},
    {"hard_sigmoid",
     [](ARGUMENTS) -> double { return x <= -3  ? 0
                                      : x >= 3 ? 1
                                               : (x + 3) / 6; },
     [](ARGUMENTS) -> double { return x > -3 && x < 3 ? 1.0 / 6 : 0; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0; }, nullptr,
     [](ARGUMENTS) -> double { return x > 0 && x < 1 ? 1.0 / 6 : 0; }, nullptr},
    {"log_sigmoid", [](ARGUMENTS) -> double { return -Softplus(-x); },
     [](ARGUMENTS) -> double { return Sigmoid(-x); }, nullptr,
     [](ARGUMENTS) -> double { return -SigmoidSlope(x); }, nullptr,
     [](ARGUMENTS) -> double { return -std::expm1(x); }, nullptr},
    {"tanh", [](ARGUMENTS) -> double { return std::tanh(x); },
     [](ARGUMENTS) -> double { return TanhSlope(x); }, nullptr,
     [](ARGUMENTS) -> double { return -2 * std::tanh(x) * TanhSlope(x); },
     nullptr, [](ARGUMENTS) -> double { return (1 - x) * (1 + x); }, nullptr},
    {"hard_tanh",
     [](ARGUMENTS) -> double { return x < -1  ? -1
                                      : x > 1 ? 1
                                              : x; },
     [](ARGUMENTS) -> double { return x > -1 && x < 1 ? 1 : 0; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0; }, nullptr,
     [](ARGUMENTS) -> double { return x > -1 && x < 1 ? 1 : 0; }, nullptr},
    {"tanh_shrink", [](ARGUMENTS) -> double { return TanhShrink(x); },
     [](ARGUMENTS) -> double { return std::tanh(x) * std::tanh(x); }, nullptr,
     [](ARGUMENTS) -> double { return 2 * std::tanh(x) * TanhSlope(x); },
     nullptr, nullptr, nullptr},
    {"lisht", [](ARGUMENTS) -> double { return x * std::tanh(x); },
     [](ARGUMENTS) -> double {
       return std::tanh(x) + Product(TanhSlope(x), x);
     },
     nullptr,
     [](ARGUMENTS) -> double {
       return 2 * (TanhSlope(x) - Product(TanhSlope(x), x * std::tanh(x)));
     },
     [](ARGUMENTS) -> double {
       return 2 * (TanhSlope(x) + Product(TanhSlope(x), x * std::tanh(x)));
     },
     nullptr, nullptr},
    {"hard_shrink",
     [](ARGUMENTS) -> double { return x > p[0] || x < -p[0] ? x : 0; },
     [](ARGUMENTS) -> double { return x > p[0] || x < -p[0] ? 1 : 0; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0; }, nullptr,
     [](ARGUMENTS) -> double { return x != 0 ? 1 : 0; }, nullptr},
    {"soft_shrink",
     [](ARGUMENTS) -> double {
       return x > p[0] ? x - p[0] : x < -p[0] ? x + p[0] : 0;
     },
     [](ARGUMENTS) -> double { return x > p[0] || x < -p[0] ? 1 : 0; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0; }, nullptr,
     [](ARGUMENTS) -> double { return x != 0 ? 1 : 0; }, nullptr},
    {"softplus", [](ARGUMENTS) -> double { return Softplus(x); },
     [](ARGUMENTS) -> double { return Sigmoid(x); }, nullptr,
     [](ARGUMENTS) -> double { return SigmoidSlope(x); }, nullptr,
     [](ARGUMENTS) -> double { return -std::expm1(-x); }, nullptr},
    {"softsign", [](ARGUMENTS) -> double { return x / (1 + std::abs(x)); },
     [](ARGUMENTS) -> double { return std::pow(1 + std::abs(x), -2); }, nullptr,
     [](ARGUMENTS) -> double {
       return (x > 0 ? -2 : x < 0 ? 2 : 0) * std::pow(1 + std::abs(x), -3);
     },
     nullptr,
     [](ARGUMENTS) -> double { return (1 - std::abs(x)) * (1 - std::abs(x)); },
     nullptr},
    {"mish", [](ARGUMENTS) -> double { return Product(MishTanh(x), x); },
     [](ARGUMENTS) -> double {
       return MishTanh(x) + Product(MishSech2(x) * Sigmoid(x), x);
     },
     [](ARGUMENTS) -> double {
       return MishTanh(x) + std::abs(Product(MishSech2(x) * Sigmoid(x), x));
     },
     [](ARGUMENTS) -> double {
       const double s = Sigmoid(x);
       return Product(s * MishSech2(x),
                      2 + x * Sigmoid(-x) - 2 * x * MishTanh(x) * s);
     },
     [](ARGUMENTS) -> double {
       return Product(Sigmoid(x) * MishSech2(x), 2 + 3 * std::abs(x));
     },
     nullptr, nullptr},
    {"exponential", [](ARGUMENTS) -> double { return std::exp(x); },
     [](ARGUMENTS) -> double { return std::exp(x); }, nullptr,
     [](ARGUMENTS) -> double { return std::exp(x); }, nullptr,
     [](ARGUMENTS) -> double { return x; }, nullptr},
    {"quick_gelu",
     [](ARGUMENTS) -> double { return Product(Sigmoid(1.702 * x), x); },
     [](ARGUMENTS) -> double {
       const double u = 1.702 * x;
       return Sigmoid(u) + Product(SigmoidSlope(u), u);
     },
     [](ARGUMENTS) -> double {
       const double u = 1.702 * x;
       return Sigmoid(u) + std::abs(Product(SigmoidSlope(u), u));
     },
     [](ARGUMENTS) -> double {
       const double u = 1.702 * x;
       return Product(SigmoidSlope(u),
                      1.702 * (2 + u * (Sigmoid(-u) - Sigmoid(u))));
     },
     [](ARGUMENTS) -> double {
       const double u = 1.702 * x;
       return Product(SigmoidSlope(u), 1.702 * (2 + std::abs(u)));
     },
     nullptr, nullptr},
    {"squareplus", [](ARGUMENTS) -> double { return Squareplus(x, p[0]); },
     [](ARGUMENTS) -> double {
       return Squareplus(x, p[0]) / std::hypot(x, std::sqrt(p[0]));
     },
     nullptr,
     [](ARGUMENTS) -> double {
       return p[0] / 2 * std::pow(std::hypot(x, std::sqrt(p[0])), -3);
     },
     nullptr, [](ARGUMENTS) -> double { return 1 / (1 + p[0] / (4 * x) / x); },
     nullptr},
    {"sparse_plus",
     [](ARGUMENTS) -> double {
       return x <= -1 ? 0 : x < 1 ? (x + 1) * (x + 1) / 4 : x;
     },
     [](ARGUMENTS) -> double { return x <= -1 ? 0
                                      : x < 1 ? (x + 1) / 2
                                              : 1; },
     nullptr, [](ARGUMENTS) -> double { return x > -1 && x < 1 ? 0.5 : 0; },
     nullptr, [](ARGUMENTS) -> double { return x < 1 ? std::sqrt(x) : 1; },
     nullptr},
    {"sparse_sigmoid",
     [](ARGUMENTS) -> double { return x <= -1 ? 0
                                      : x < 1 ? (x + 1) / 2
                                              : 1; },
     [](ARGUMENTS) -> double { return x > -1 && x < 1 ? 0.5 : 0; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0; }, nullptr,
     [](ARGUMENTS) -> double { return x > 0 && x < 1 ? 0.5 : 0; }, nullptr},
    {"threshold", [](ARGUMENTS) -> double { return x > p[0] ? x : p[1]; },
     [](ARGUMENTS) -> double { return x > p[0] ? 1 : 0; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0; }, nullptr, nullptr, nullptr},
    {"penalized_tanh",
     [](ARGUMENTS) -> double { return (x > 0 ? 1 : p[0]) * std::tanh(x); },
     [](ARGUMENTS) -> double { return (x > 0 ? 1 : p[0]) * TanhSlope(x); },
     nullptr,
     [](ARGUMENTS) -> double {
       return (x > 0 ? -2 : -2 * p[0]) * std::tanh(x) * TanhSlope(x);
     },
     nullptr,
     [](ARGUMENTS) -> double {
       const double t = x > 0 ? x : x / p[0];
       return (x > 0 ? 1 : p[0]) * (1 - t) * (1 + t);
     },
     [](ARGUMENTS) -> double {
       const double t = x > 0 ? x : x / p[0];
       return (x > 0 ? 1 : p[0]) * (1 + t * t);
     }},
    {"squared_relu", [](ARGUMENTS) -> double { return x > 0 ? x * x : 0; },
     [](ARGUMENTS) -> double { return x > 0 ? 2 * x : 0; }, nullptr,
     [](ARGUMENTS) -> double { return x > 0 ? 2 : 0; }, nullptr,
     [](ARGUMENTS) -> double { return 2 * std::sqrt(x); }, nullptr},
    {"square", [](ARGUMENTS) -> double { return x * x; },
     [](ARGUMENTS) -> double { return 2 * x; }, nullptr,
     [](ARGUMENTS) -> double { return x * 0 + 2; }, nullptr, nullptr, nullptr},
};

}  // namespace

const Reference& ReferenceOf(PointwiseId id) {
  const char* const name = Info(id).names[0];
  for (const Reference& reference : kReferences) {
    if (std::strcmp(reference.name, name) == 0) return reference;
  }
  throw std::runtime_error(std::string("no reference for ") + name);
}

}  // namespace cuda_activations::tests
