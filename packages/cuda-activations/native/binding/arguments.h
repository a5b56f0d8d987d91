// JavaScript arguments as plain values. Everything throws Napi::TypeError or
// Napi::RangeError naming the argument, what was expected and what came.
#ifndef CUDA_ACTIVATIONS_BINDING_ARGUMENTS_H_
#define CUDA_ACTIVATIONS_BINDING_ARGUMENTS_H_

#include <napi.h>

#include <memory>

#include "../cpu/kernels.h"

namespace cuda_activations::binding {

/// The memory of a typed array for the time of a synchronous call, while no
/// script can detach or resize it.
struct Array {
  const char* name;
  void* data;      ///< null where there are no elements
  int64_t length;  ///< elements; 0 for a detached or out-of-bounds view
};

/// Arguments by position.
class Arguments {
 public:
  explicit Arguments(const Napi::CallbackInfo& info) : info_(info) {}

  DType Type(size_t index) const;
  int32_t Number(size_t index, const char* name) const;
  /// A whole number of at least `least`.
  int64_t Size(size_t index, const char* name, int64_t least) const;
  double Real(size_t index, const char* name) const;
  uint64_t Unsigned64(size_t index, const char* name) const;
  PointwiseId Pointwise(size_t index) const;
  GatedId Gated(size_t index) const;
  RowwiseId Rowwise(size_t index) const;
  /// An array of numbers, one for each parameter of the activation.
  Parameters ParametersOf(size_t index, PointwiseId id) const;
  /// A Float32Array, Float64Array or (16-bit types) Uint16Array.
  Array Elements(size_t index, const char* name, DType dtype) const;
  /// The same, or no elements where the argument is undefined or null.
  Array OptionalElements(size_t index, const char* name, DType dtype) const;

  Napi::Env Env() const { return info_.Env(); }

 private:
  Napi::Value At(size_t index) const { return info_[index]; }
  const Napi::CallbackInfo& info_;
};

/// Throws a RangeError unless the array has `length` elements.
void RequireLength(Napi::Env env, const Array& array, int64_t length);

/// x.length as [outer, channels, inner]; throws where it does not divide.
ChannelLayout LayoutOf(Napi::Env env, const Array& x, int64_t channels,
                       int64_t inner);

/// Memory for the sums of a backward call.
std::unique_ptr<double[]> Workspace(int64_t bytes);

/// Runs `kernel` and turns its exceptions into JavaScript errors.
template <class Kernel>
void Call(Napi::Env env, const Kernel& kernel) {
  try {
    kernel();
  } catch (const std::invalid_argument& error) {
    throw Napi::RangeError::New(env, error.what());
  } catch (const std::bad_alloc&) {
    throw Napi::Error::New(env, "out of memory for the call's workspace");
  }
}

void ExportPointwise(Napi::Env env, Napi::Object exports);
void ExportBiasActivation(Napi::Env env, Napi::Object exports);
void ExportGated(Napi::Env env, Napi::Object exports);
void ExportPerChannel(Napi::Env env, Napi::Object exports);
void ExportRowwise(Napi::Env env, Napi::Object exports);

}  // namespace cuda_activations::binding

#endif  // CUDA_ACTIVATIONS_BINDING_ARGUMENTS_H_
