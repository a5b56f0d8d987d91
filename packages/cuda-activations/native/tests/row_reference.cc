#include "row_reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace cuda_activations::tests {

namespace {

using Real = long double;

bool HasNoValue(const std::vector<double>& x) {
  bool finite = false;
  for (const double v : x) {
    if (std::isnan(v) || v == INFINITY) return true;
    finite |= std::isfinite(v);
  }
  return !finite;
}

Real SumOfExponentials(const std::vector<double>& x, Real max) {
  Real sum = 0;
  for (const double v : x) sum += std::exp(Real(v) - max);
  return sum;
}

/// Sort, then the longest prefix whose members stay above its threshold
/// (Martins & Astudillo 2016, algorithm 1); below the maximum.
Real SparsemaxThreshold(std::vector<double> x) {
  std::sort(x.begin(), x.end(), std::greater<double>());
  const Real max = x[0];
  Real sum = 0, threshold = -1;
  for (size_t k = 1; k <= x.size(); ++k) {
    const Real d = Real(x[k - 1]) - max;
    if (!(1 + static_cast<Real>(k) * d > sum + d)) break;
    sum += d;
    threshold = (sum - 1) / static_cast<Real>(k);
  }
  return threshold;
}

}  // namespace

RowResult RowValue(RowwiseId id, const std::vector<double>& x) {
  RowResult result;
  result.scale.assign(x.size(), 1);
  if (HasNoValue(x)) {
    result.value.assign(x.size(), NAN);
    return result;
  }
  const Real max = *std::max_element(x.begin(), x.end());
  const bool sparse = id == RowwiseId::kSparsemax;
  const Real threshold = sparse ? SparsemaxThreshold(x) : 0;
  const Real sum = sparse ? 1 : SumOfExponentials(x, max);
  for (size_t i = 0; i < x.size(); ++i) {
    Real y = 0;
    switch (id) {
      case RowwiseId::kSoftmax:
        y = std::exp(Real(x[i]) - max) / sum;
        result.scale[i] = static_cast<double>(y);
        break;
      case RowwiseId::kLogSoftmax:
        y = Real(x[i]) - max - std::log(sum);
        result.scale[i] = std::max<double>(1, static_cast<double>(-y));
        break;
      case RowwiseId::kSparsemax:
        y = std::max<Real>(0, Real(x[i]) - max - threshold);
        break;
    }
    result.value.push_back(static_cast<double>(y));
  }
  return result;
}

RowResult RowGradient(RowwiseId id, const std::vector<double>& y,
                      const std::vector<double>& dy) {
  RowResult result;
  Real sum = 0, magnitude = 0, count = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    const Real weight = id == RowwiseId::kSoftmax                  ? Real(y[i])
                        : id == RowwiseId::kLogSoftmax || y[i] > 0 ? 1
                                                                   : 0;
    sum += weight * dy[i];
    magnitude += std::abs(weight * dy[i]);
    count += weight;
  }
  for (size_t i = 0; i < y.size(); ++i) {
    Real value = 0, scale = 0;
    const Real g = dy[i], size = std::abs(g);
    switch (id) {
      case RowwiseId::kSoftmax:
        value = y[i] * (g - sum);
        scale = y[i] * (size + magnitude);
        break;
      case RowwiseId::kLogSoftmax:
        value = g - std::exp(Real(y[i])) * sum;
        scale = size + std::exp(Real(y[i])) * magnitude;
        break;
      case RowwiseId::kSparsemax:
        if (y[i] > 0) {
          value = g - sum / count;
          scale = size + magnitude / count;
        }
        break;
    }
    result.value.push_back(static_cast<double>(value));
    result.scale.push_back(static_cast<double>(scale));
  }
  return result;
}

std::vector<double> RowPattern(int pattern, int64_t width, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> x(static_cast<size_t>(width));
  for (size_t i = 0; i < x.size(); ++i) {
    const double v = normal(random);
    switch (pattern) {
      case 0:
        x[i] = v;
        break;
      case 1:
        x[i] = 30 * v;
        break;
      case 2:
        x[i] = 1000 + 3 * v;
        break;
      case 3:
        x[i] = -0.25;
        break;
      case 4:
        x[i] = i == x.size() * 2 / 3 ? 90 : v;
        break;
      case 5:
        x[i] = v < 0 ? -3e4 : 3e4;
        break;
      case 6:
        x[i] = 1e-7 * v;
        break;
      case 7:
        x[i] = i % 3 == 1 ? -INFINITY : 0.01 * v;
        break;
      default:
        // Ascending: each part of a row has a larger maximum.
        x[i] = 20.0 * static_cast<double>(i) / static_cast<double>(width);
        break;
    }
  }
  return x;
}

std::vector<double> SlowSparsemaxRow(double epsilon) {
  // With the first j elements the threshold is t[j]; element j + 1 lies below
  // t[j] by delta, which grows so much that the threshold falls below the
  // element before.
  std::vector<double> x = {0, 0};
  double sum = 0, delta = 8 * epsilon;
  for (;;) {
    const double threshold = (sum - 1) / static_cast<double>(x.size());
    const double next = threshold - delta;
    if (!(next > -1)) break;
    x.push_back(next);
    sum += next;
    delta *= 1.25 * static_cast<double>(x.size() + 1);
  }
  return x;
}

}  // namespace cuda_activations::tests
