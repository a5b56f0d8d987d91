// The activation table in C++: numbers, names, parameters and stated errors,
// generated from activations.json.
#ifndef CUDA_ACTIVATIONS_CPU_ACTIVATION_TABLE_H_
#define CUDA_ACTIVATIONS_CPU_ACTIVATION_TABLE_H_

#include <cstdint>
#include <limits>
#include <string>

namespace cuda_activations {

/// Pointwise activations; the numbers are shared with TypeScript
/// (pointwiseIds).
enum class PointwiseId : int32_t {
#include "../generated/pointwise_ids.inc"
};

/// Gated linear units; the numbers are shared with TypeScript (gatedIds).
enum class GatedId : int32_t {
#include "../generated/gated_ids.inc"
};

/// Functions of a whole row; the numbers are shared with TypeScript
/// (rowwiseIds).
enum class RowwiseId : int32_t {
#include "../generated/rowwise_ids.inc"
};

constexpr int kMaxParameters = 2;
constexpr int kMaxNames = 4;
constexpr double kNoBound = std::numeric_limits<double>::max();

struct ParameterInfo {
  const char* name;
  double default_value;
  double min;
  double max;
};

/// Largest errors allowed in float32, in units in the last place.
struct UlpBounds {
  double forward;
  double backward;
  double from_output;  ///< -1 where there is no derivative from the output
};

struct PointwiseInfo {
  PointwiseId id;
  const char* names[kMaxNames];  ///< name, then aliases, then nulls
  int parameter_count;
  ParameterInfo parameters[kMaxParameters];
  bool from_output;  ///< the derivative is a function of the output
  UlpBounds ulp;
};

struct GatedInfo {
  GatedId id;
  const char* names[kMaxNames];
  PointwiseId gate;
};

/// Largest errors allowed in float32, in units of 2^-23 times the scales that
/// activations.json names.
struct EpsilonBounds {
  double forward;
  double backward;
};

struct RowwiseInfo {
  RowwiseId id;
  const char* names[kMaxNames];
  EpsilonBounds epsilons;
};

/// Scalar parameters in the order of PointwiseInfo::parameters.
struct Parameters {
  double value[kMaxParameters] = {};
};

/// All rows in the order of their numbers, `count` of them.
const PointwiseInfo* PointwiseTable(int* count);
const GatedInfo* GatedTable(int* count);
const RowwiseInfo* RowwiseTable(int* count);

/// Throws std::invalid_argument for a number outside the enum.
const PointwiseInfo& Info(PointwiseId id);
const GatedInfo& Info(GatedId id);
const RowwiseInfo& Info(RowwiseId id);

/// Looks a name or alias up; false where there is none.
bool FindPointwise(const std::string& name, PointwiseId* id);
bool FindGated(const std::string& name, GatedId* id);
bool FindRowwise(const std::string& name, RowwiseId* id);

/// Names without aliases, separated by ", ": for error messages.
std::string PointwiseNames();
std::string GatedNames();
std::string RowwiseNames();

Parameters DefaultParameters(PointwiseId id);

/// Sets the parameter called `name`. Throws std::invalid_argument for a name
/// that the activation does not have and for a value outside its range.
void SetParameter(PointwiseId id, const std::string& name, double value,
                  Parameters* parameters);

/// Throws std::invalid_argument where a value lies outside its range.
void ValidateParameters(PointwiseId id, const Parameters& parameters);

}  // namespace cuda_activations

#endif  // CUDA_ACTIVATIONS_CPU_ACTIVATION_TABLE_H_
