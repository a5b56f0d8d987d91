// A TensorFlow PluggableDevice of type "GPU" on a machine without one: memory
// and streams come from the fake driver, so that TensorFlow places ops on GPU:0
// and our kernels run there. Test only; FAKE_CUDA_EAGER=1 goes with it, because
// TensorFlow's copies here do not wait for streams.
#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

#include "tensorflow/c/experimental/stream_executor/stream_executor.h"
#include "tensorflow/c/tf_status.h"

// TensorFlow passes these through; what they point to is the driver's.
struct SP_Event_st {};
struct SP_Timer_st {};

namespace {

template <class Function>
Function Driver(const char* name) {
  static void* library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  return reinterpret_cast<Function>(dlsym(library, name));
}

void Ok(TF_Status* status) { TF_SetStatus(status, TF_OK, ""); }

void* Allocate(size_t bytes) {
  void* memory = nullptr;
  return posix_memalign(&memory, 256, bytes == 0 ? 1 : bytes) == 0 ? memory
                                                                   : nullptr;
}

void* MakeStream() {
  void *context = nullptr, *stream = nullptr;
  Driver<int (*)(unsigned)>("cuInit")(0);
  Driver<int (*)(void**, int)>("cuDevicePrimaryCtxRetain")(&context, 0);
  Driver<int (*)(void*)>("cuCtxPushCurrent_v2")(context);
  Driver<int (*)(void**, unsigned)>("cuStreamCreate")(&stream, 1);
  Driver<int (*)(void**)>("cuCtxPopCurrent_v2")(&context);
  return stream;
}

using Device = const SP_Device*;

void FillMemory(SP_StreamExecutor* e) {
  e->allocate = [](Device, uint64_t bytes, int64_t, SP_DeviceMemoryBase* m) {
    m->struct_size = SP_DEVICE_MEMORY_BASE_STRUCT_SIZE;
    m->ext = nullptr;
    m->payload = 0;
    m->size = bytes;
    m->opaque = Allocate(bytes);
  };
  e->deallocate = [](Device, SP_DeviceMemoryBase* m) {
    std::free(m->opaque);
    m->opaque = nullptr;
    m->size = 0;
  };
  e->host_memory_allocate = [](Device, uint64_t bytes) {
    return Allocate(bytes);
  };
  e->host_memory_deallocate = [](Device, void* p) { std::free(p); };
  e->unified_memory_allocate = [](Device, uint64_t bytes) {
    return Allocate(bytes);
  };
  e->unified_memory_deallocate = [](Device, void* p) { std::free(p); };
  e->get_allocator_stats = [](Device, SP_AllocatorStats* s) -> TF_Bool {
    s->struct_size = SP_ALLOCATORSTATS_STRUCT_SIZE;
    return 0;
  };
  e->device_memory_usage = [](Device, int64_t* free,
                              int64_t* total) -> TF_Bool {
    *free = *total = int64_t{1} << 30;
    return 1;
  };
  e->memcpy_dtoh = [](Device, SP_Stream, void* to, const SP_DeviceMemoryBase* m,
                      uint64_t bytes, TF_Status* status) {
    std::memcpy(to, m->opaque, bytes);
    Ok(status);
  };
  e->memcpy_htod = [](Device, SP_Stream, SP_DeviceMemoryBase* m,
                      const void* from, uint64_t bytes, TF_Status* status) {
    std::memcpy(m->opaque, from, bytes);
    Ok(status);
  };
  e->memcpy_dtod = [](Device, SP_Stream, SP_DeviceMemoryBase* to,
                      const SP_DeviceMemoryBase* from, uint64_t bytes,
                      TF_Status* status) {
    std::memmove(to->opaque, from->opaque, bytes);
    Ok(status);
  };
  e->sync_memcpy_dtoh = [](Device, void* to, const SP_DeviceMemoryBase* m,
                           uint64_t bytes, TF_Status* status) {
    std::memcpy(to, m->opaque, bytes);
    Ok(status);
  };
  e->sync_memcpy_htod = [](Device, SP_DeviceMemoryBase* m, const void* from,
                           uint64_t bytes, TF_Status* status) {
    std::memcpy(m->opaque, from, bytes);
    Ok(status);
  };
  e->sync_memcpy_dtod = [](Device, SP_DeviceMemoryBase* to,
                           const SP_DeviceMemoryBase* from, uint64_t bytes,
                           TF_Status* status) {
    std::memmove(to->opaque, from->opaque, bytes);
    Ok(status);
  };
  e->mem_zero = [](Device, SP_Stream, SP_DeviceMemoryBase* m, uint64_t bytes,
                   TF_Status* status) {
    std::memset(m->opaque, 0, bytes);
    Ok(status);
  };
  e->memset = [](Device, SP_Stream, SP_DeviceMemoryBase* m, uint8_t value,
                 uint64_t bytes, TF_Status* status) {
    std::memset(m->opaque, value, bytes);
    Ok(status);
  };
  e->memset32 = [](Device, SP_Stream, SP_DeviceMemoryBase* m, uint32_t value,
                   uint64_t bytes, TF_Status* status) {
    for (uint64_t i = 0; i < bytes / 4; ++i) {
      static_cast<uint32_t*>(m->opaque)[i] = value;
    }
    Ok(status);
  };
}

void FillStreams(SP_StreamExecutor* e) {
  e->create_stream = [](Device, SP_Stream* stream, TF_Status* status) {
    *stream = static_cast<SP_Stream>(MakeStream());
    Ok(status);
  };
  e->destroy_stream = [](Device, SP_Stream stream) {
    Driver<int (*)(void*)>("cuStreamDestroy_v2")(stream);
  };
  e->create_stream_dependency = [](Device, SP_Stream, SP_Stream,
                                   TF_Status* status) { Ok(status); };
  e->get_stream_status = [](Device, SP_Stream, TF_Status* status) {
    Ok(status);
  };
  e->create_event = [](Device, SP_Event* event, TF_Status* status) {
    *event = new SP_Event_st;
    Ok(status);
  };
  e->destroy_event = [](Device, SP_Event event) { delete event; };
  e->get_event_status = [](Device, SP_Event) { return SE_EVENT_COMPLETE; };
  e->record_event = [](Device, SP_Stream, SP_Event, TF_Status* status) {
    Ok(status);
  };
  e->wait_for_event = [](Device, SP_Stream, SP_Event, TF_Status* status) {
    Ok(status);
  };
  e->create_timer = [](Device, SP_Timer* timer, TF_Status* status) {
    *timer = new SP_Timer_st;
    Ok(status);
  };
  e->destroy_timer = [](Device, SP_Timer timer) { delete timer; };
  e->start_timer = [](Device, SP_Stream, SP_Timer, TF_Status* status) {
    Ok(status);
  };
  e->stop_timer = [](Device, SP_Stream, SP_Timer, TF_Status* status) {
    Ok(status);
  };
  e->block_host_for_event = [](Device, SP_Event, TF_Status* status) {
    Ok(status);
  };
  e->block_host_until_done = [](Device, SP_Stream, TF_Status* status) {
    Ok(status);
  };
  e->synchronize_all_activity = [](Device, TF_Status* status) { Ok(status); };
  e->host_callback = [](Device, SP_Stream, SE_StatusCallbackFn callback,
                        void* argument) -> TF_Bool {
    TF_Status* status = TF_NewStatus();
    callback(argument, status);
    TF_DeleteStatus(status);
    return 1;
  };
}

void FillPlatform(SP_PlatformFns* f) {
  f->struct_size = SP_PLATFORM_FNS_STRUCT_SIZE;
  f->get_device_count = [](const SP_Platform*, int* count, TF_Status* status) {
    *count = 1;
    Ok(status);
  };
  f->create_device = [](const SP_Platform*, SE_CreateDeviceParams* p,
                        TF_Status* status) {
    p->device->struct_size = SP_DEVICE_STRUCT_SIZE;
    p->device->hardware_name = "emulated";
    p->device->device_vendor = "test";
    p->device->pci_bus_id = "0000:00:00.0";
    Ok(status);
  };
  f->destroy_device = [](const SP_Platform*, SP_Device*) {};
  f->create_device_fns = [](const SP_Platform*, SE_CreateDeviceFnsParams* p,
                            TF_Status* status) {
    p->device_fns->struct_size = SP_DEVICE_FNS_STRUCT_SIZE;
    p->device_fns->get_numa_node = [](Device) { return int32_t{0}; };
    p->device_fns->get_memory_bandwidth = [](Device) { return int64_t{1}; };
    p->device_fns->get_gflops = [](Device) { return 1.0; };
    Ok(status);
  };
  f->destroy_device_fns = [](const SP_Platform*, SP_DeviceFns*) {};
  f->create_stream_executor = [](const SP_Platform*,
                                 SE_CreateStreamExecutorParams* p,
                                 TF_Status* status) {
    p->stream_executor->struct_size = SP_STREAMEXECUTOR_STRUCT_SIZE;
    FillMemory(p->stream_executor);
    FillStreams(p->stream_executor);
    Ok(status);
  };
  f->destroy_stream_executor = [](const SP_Platform*, SP_StreamExecutor*) {};
  f->create_timer_fns = [](const SP_Platform*, SP_TimerFns* timer,
                           TF_Status* status) {
    timer->struct_size = SP_TIMER_FNS_STRUCT_SIZE;
    timer->nanoseconds = [](SP_Timer) { return uint64_t{0}; };
    Ok(status);
  };
  f->destroy_timer_fns = [](const SP_Platform*, SP_TimerFns*) {};
}

}  // namespace

extern "C" __attribute__((visibility("default"))) void SE_InitPlugin(
    SE_PlatformRegistrationParams* p, TF_Status* status) {
  p->platform->struct_size = SP_PLATFORM_STRUCT_SIZE;
  p->platform->name = "EMULATED_CUDA";
  p->platform->type = "GPU";
  FillPlatform(p->platform_fns);
  p->destroy_platform = [](SP_Platform*) {};
  p->destroy_platform_fns = [](SP_PlatformFns*) {};
  Ok(status);
}
