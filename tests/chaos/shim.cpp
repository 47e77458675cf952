// Preloaded into a gateway under test: lets the driver jump its wall clock and take away what its Kafka producer is
// built on (a control: the same faults must then be found out). The gateway itself has no switch for either.
//   HEADGATE_CHAOS_CLOCK=FILE     8 bytes, nanoseconds added to the wall clock; what is written there holds at once
//   HEADGATE_CHAOS_KAFKA=A=B,...  librdkafka properties, stronger than what the program sets
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <sstream>
#include <string>

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t slice = second / 20;  // how soon a sleeper notices that the clock was jumped

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

const std::int64_t* map_offset() {
  static const std::int64_t none = 0;
  const char* path = std::getenv("HEADGATE_CHAOS_CLOCK");
  const int file = path == nullptr ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return &none;
  void* mapped = mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  return mapped == MAP_FAILED ? &none : static_cast<const std::int64_t*>(mapped);
}

std::int64_t offset() {
  static const std::int64_t* const where = map_offset();
  return __atomic_load_n(where, __ATOMIC_RELAXED);
}

int real_time(clockid_t clock, timespec* out) {
  static auto* const real = next<int(clockid_t, timespec*)>("clock_gettime");
  return real(clock, out);
}

std::int64_t nanoseconds(const timespec& t) { return t.tv_sec * second + t.tv_nsec; }
timespec as_timespec(std::int64_t at) { return {at / second, at % second}; }

std::int64_t jumped_now() {
  timespec now{};
  real_time(CLOCK_REALTIME, &now);
  return nanoseconds(now) + offset();
}

bool waits_monotonic(const pthread_cond_t* condition) {
  return (condition->__data.__wrefs & 2U) != 0;
}  // glibc's own mark

constexpr int producer = 0;      // librdkafka's RD_KAFKA_PRODUCER
constexpr int property_set = 0;  // librdkafka's RD_KAFKA_CONF_OK

// What HEADGATE_CHAOS_KAFKA lists, whether the program had set it or not.
bool change(void* conf, char* why, std::size_t size) {
  static auto* const set = next<int(void*, const char*, const char*, char*, std::size_t)>("rd_kafka_conf_set");
  const char* list = std::getenv("HEADGATE_CHAOS_KAFKA");
  std::istringstream changes(list == nullptr ? "" : list);
  for (std::string name, value; std::getline(changes, name, '=') && std::getline(changes, value, ',');)
    if (set(conf, name.c_str(), value.c_str(), why, size) != property_set) return false;
  return true;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* out) noexcept {
  const int status = real_time(clock, out);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    *out = as_timespec(nanoseconds(*out) + offset());
  return status;
}

int timespec_get(timespec* out, int base) noexcept {
  if (base != TIME_UTC) return 0;
  *out = as_timespec(jumped_now());
  return base;
}

int gettimeofday(timeval* out, void*) noexcept {
  const std::int64_t now = jumped_now();
  *out = {now / second, now % second / 1000};
  return 0;
}

time_t time(time_t* out) noexcept {
  const time_t now = jumped_now() / second;
  if (out != nullptr) *out = now;
  return now;
}

// As the kernel does it: a deadline that the jump has passed is over at once, one that it has moved away is waited for.
int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* deadline) {
  static auto* const real = next<int(pthread_cond_t*, pthread_mutex_t*, const timespec*)>("pthread_cond_timedwait");
  if (waits_monotonic(condition)) return real(condition, mutex, deadline);
  for (const std::int64_t until = nanoseconds(*deadline);;) {
    const std::int64_t left = until - jumped_now();
    const std::int64_t part = left < slice ? left : slice;
    const timespec stop = as_timespec(jumped_now() - offset() + (part > 0 ? part : 0));
    const int status = real(condition, mutex, &stop);
    if (status != ETIMEDOUT || jumped_now() >= until) return status;
  }
}

void* rd_kafka_new(int type, void* conf, char* why, std::size_t size) {
  static auto* const real = next<void*(int, void*, char*, std::size_t)>("rd_kafka_new");
  if (type == producer && !change(conf, why, size)) return nullptr;
  return real(type, conf, why, size);
}

}  // extern "C"
