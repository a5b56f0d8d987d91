#include "activation_table.h"

#include <stdexcept>

namespace cuda_activations {

namespace {

const PointwiseInfo kPointwise[] = {
#include "../generated/pointwise_table.inc"
};
const GatedInfo kGated[] = {
#include "../generated/gated_table.inc"
};
const RowwiseInfo kRowwise[] = {
#include "../generated/rowwise_table.inc"
};
constexpr int kPointwiseCount = sizeof(kPointwise) / sizeof(kPointwise[0]);
constexpr int kGatedCount = sizeof(kGated) / sizeof(kGated[0]);
constexpr int kRowwiseCount = sizeof(kRowwise) / sizeof(kRowwise[0]);

template <class Row, int n>
const Row& At(const Row (&table)[n], int32_t id, const char* what) {
  if (id < 0 || id >= n) {
    throw std::invalid_argument(
        std::string(what) + ": expected a number from 0 to " +
        std::to_string(n - 1) + ", got " + std::to_string(id));
  }
  return table[id];
}

template <class Row, class Id, int n>
bool Find(const Row (&table)[n], const std::string& name, Id* id) {
  for (const Row& row : table) {
    for (const char* candidate : row.names) {
      if (candidate != nullptr && name == candidate) {
        *id = row.id;
        return true;
      }
    }
  }
  return false;
}

template <class Row, int n>
std::string Names(const Row (&table)[n]) {
  std::string names;
  for (const Row& row : table)
    names += (names.empty() ? "" : ", ") + std::string(row.names[0]);
  return names;
}

void CheckParameter(const PointwiseInfo& info, int index, double value) {
  const ParameterInfo& parameter = info.parameters[index];
  // A NaN fails both comparisons.
  if (value >= parameter.min && value <= parameter.max) return;
  auto bound = [](double limit) {
    if (limit == kNoBound) return std::string("the largest finite number");
    if (limit == -kNoBound) return std::string("the lowest finite number");
    std::string text = std::to_string(limit);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  };
  throw std::invalid_argument(
      std::string(parameter.name) + " of " + info.names[0] + ": expected " +
      bound(parameter.min) + " to " + bound(parameter.max) + ", got " +
      std::to_string(value));
}

}  // namespace

const PointwiseInfo* PointwiseTable(int* count) {
  *count = kPointwiseCount;
  return kPointwise;
}

const GatedInfo* GatedTable(int* count) {
  *count = kGatedCount;
  return kGated;
}

const RowwiseInfo* RowwiseTable(int* count) {
  *count = kRowwiseCount;
  return kRowwise;
}

const PointwiseInfo& Info(PointwiseId id) {
  return At(kPointwise, static_cast<int32_t>(id), "activation");
}

const GatedInfo& Info(GatedId id) {
  return At(kGated, static_cast<int32_t>(id), "gated activation");
}

const RowwiseInfo& Info(RowwiseId id) {
  return At(kRowwise, static_cast<int32_t>(id), "row-wise activation");
}

bool FindPointwise(const std::string& name, PointwiseId* id) {
  return Find(kPointwise, name, id);
}

bool FindGated(const std::string& name, GatedId* id) {
  return Find(kGated, name, id);
}

bool FindRowwise(const std::string& name, RowwiseId* id) {
  return Find(kRowwise, name, id);
}

std::string PointwiseNames() { return Names(kPointwise); }
std::string GatedNames() { return Names(kGated); }
std::string RowwiseNames() { return Names(kRowwise); }

Parameters DefaultParameters(PointwiseId id) {
  const PointwiseInfo& info = Info(id);
  Parameters parameters;
  for (int i = 0; i < info.parameter_count; ++i)
    parameters.value[i] = info.parameters[i].default_value;
  return parameters;
}

void SetParameter(PointwiseId id, const std::string& name, double value,
                  Parameters* parameters) {
  const PointwiseInfo& info = Info(id);
  std::string names;
  for (int i = 0; i < info.parameter_count; ++i) {
    if (name == info.parameters[i].name) {
      CheckParameter(info, i, value);
      parameters->value[i] = value;
      return;
    }
    names += (names.empty() ? "" : ", ") + std::string(info.parameters[i].name);
  }
  throw std::invalid_argument("parameter of " + std::string(info.names[0]) +
                              ": expected " + (names.empty() ? "none" : names) +
                              ", got \"" + name + "\"");
}

void ValidateParameters(PointwiseId id, const Parameters& parameters) {
  const PointwiseInfo& info = Info(id);
  for (int i = 0; i < info.parameter_count; ++i)
    CheckParameter(info, i, parameters.value[i]);
}

}  // namespace cuda_activations
