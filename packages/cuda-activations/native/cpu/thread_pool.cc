// A pool whose threads sleep on a condition variable between calls.
#ifdef __linux__
#include <sched.h>
#endif

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "parallel_for.h"

namespace cuda_activations {

namespace {

constexpr int kMostThreads = 1024;

// Waking a sleeping thread costs about this much on a quiet machine; a share of
// work below it is not worth one.
constexpr double kWakeNanoseconds = 20000;

/// CPUs that the cgroup's quota pays for; a large number without one.
int CgroupCpus() {
  double quota = -1, period = 100000;
  std::ifstream v2("/sys/fs/cgroup/cpu.max");
  std::string text;
  if (v2 >> text) {
    if (text != "max") quota = std::atof(text.c_str());
    v2 >> period;
  } else {
    std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") >> quota;
    std::ifstream("/sys/fs/cgroup/cpu/cpu.cfs_period_us") >> period;
  }
  if (quota <= 0 || period <= 0) return kMostThreads;
  return std::max(1, static_cast<int>(quota / period + 0.5));
}

int AvailableThreads() {
  if (const char* text = std::getenv("CUDA_ACTIVATIONS_THREADS")) {
    const int threads = std::atoi(text);
    if (threads >= 1 && threads <= kMostThreads) return threads;
  }
  int cpus = static_cast<int>(std::thread::hardware_concurrency());
#ifdef __linux__
  cpu_set_t affinity;
  if (sched_getaffinity(0, sizeof affinity, &affinity) == 0)
    cpus = CPU_COUNT(&affinity);
#endif
  return std::clamp(std::min(cpus, CgroupCpus()), 1, kMostThreads);
}

/// One call of Run: threads take batches of chunks until none is left.
struct Task {
  const ParallelFor::Body* body;
  int64_t count;
  int64_t batch;
  std::atomic<int64_t> next{0};
  std::atomic<int> helpers{0};  // pool threads at work on it
  int wanted = 0;               // pool threads that may still join; pool mutex

  void Work() {
    for (;;) {
      const int64_t begin = next.fetch_add(batch);
      if (begin >= count) return;
      (*body)(begin, std::min(begin + batch, count));
    }
  }
};

class Pool : public ParallelFor {
 public:
  Pool() : size_(AvailableThreads()) {}

  void Run(int64_t count, double nanoseconds, const Body& body) const override {
    const_cast<Pool*>(this)->Share(count, nanoseconds, body);
  }

  int size() const { return size_.load(); }

  int SetSize(int threads) {
    if (threads < 1 || threads > kMostThreads) {
      throw std::invalid_argument("threads: expected 1 to " +
                                  std::to_string(kMostThreads) + ", got " +
                                  std::to_string(threads));
    }
    return size_.exchange(threads);
  }

 private:
  void Share(int64_t count, double nanoseconds, const Body& body) {
    if (count <= 0) return;
    const double useful = 1 + count * nanoseconds / kWakeNanoseconds;
    const int64_t threads = std::min<int64_t>(
        {count, size_.load(), static_cast<int64_t>(std::min(useful, 1e6))});
    if (threads <= 1) {
      body(0, count);
      return;
    }
    // Several batches a thread even out a neighbour's load on the cores.
    Task task;
    task.body = &body;
    task.count = count;
    task.batch = std::max<int64_t>(1, count / (threads * 4));
    // Once it is queued the helpers count task.wanted down.
    const int wanted = static_cast<int>(threads) - 1;
    task.wanted = wanted;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      Grow(wanted);
      queue_.push_back(&task);
    }
    if (wanted == 1) {
      wake_.notify_one();
    } else {
      wake_.notify_all();
    }
    task.Work();
    std::unique_lock<std::mutex> lock(mutex_);
    task.wanted = 0;
    queue_.erase(std::remove(queue_.begin(), queue_.end(), &task),
                 queue_.end());
    done_.wait(lock, [&task] { return task.helpers.load() == 0; });
  }

  /// At least `threads` sleeping threads exist; fewer where the system refuses.
  void Grow(int threads) {
    while (static_cast<int>(started_) < threads) {
      try {
        std::thread(&Pool::Loop, this).detach();
      } catch (const std::system_error&) {
        return;
      }
      ++started_;
    }
  }

  void Loop() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return !queue_.empty(); });
      Task* const task = queue_.front();
      ++task->helpers;
      if (--task->wanted <= 0) queue_.pop_front();
      lock.unlock();
      task->Work();
      lock.lock();
      if (--task->helpers == 0) done_.notify_all();
    }
  }

  std::atomic<int> size_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::deque<Task*> queue_;
  int started_ = 0;
};

Pool& Instance() {
  // Its threads run until the process ends: it is never destroyed.
  static Pool* const pool = new Pool;
  return *pool;
}

class Serial : public ParallelFor {
 public:
  void Run(int64_t count, double, const Body& body) const override {
    if (count > 0) body(0, count);
  }
};

}  // namespace

const ParallelFor& SerialExecution() {
  static const Serial serial;
  return serial;
}

const ParallelFor& ThreadPool() { return Instance(); }

int ThreadPoolSize() { return Instance().size(); }

int SetThreadPoolSize(int threads) { return Instance().SetSize(threads); }

}  // namespace cuda_activations
