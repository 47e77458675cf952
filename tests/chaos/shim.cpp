// Preloaded into a gateway under test: lets the driver jump its wall clock and take away what its Kafka producer is
// built on (a control: the same faults must then be found out). The gateway itself has no switch for either.
//   HEADGATE_CHAOS_CLOCK=FILE     8 bytes, nanoseconds added to the wall clock; what is written there holds at once
//   HEADGATE_CHAOS_KAFKA=A=B,...  librdkafka properties, stronger than what the program sets
//   HEADGATE_CHAOS_WIRE=A,...     what Produce requests lose on their way to the socket: all_acks (the leader's ack is
//   enough),
//                                 idempotence (no producer id, no sequence)
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
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

// Applies the properties that HEADGATE_CHAOS_KAFKA lists, whether the program had set them or not.
bool change(void* conf, char* why, std::size_t size) {
  static auto* const set = next<int(void*, const char*, const char*, char*, std::size_t)>("rd_kafka_conf_set");
  const char* list = std::getenv("HEADGATE_CHAOS_KAFKA");
  std::istringstream changes(list == nullptr ? "" : list);
  for (std::string name, value; std::getline(changes, name, '=') && std::getline(changes, value, ',');)
    if (set(conf, name.c_str(), value.c_str(), why, size) != property_set) return false;
  return true;
}

bool wire_lacks(const char* what) {
  static const char* const list = std::getenv("HEADGATE_CHAOS_WIRE");
  return list != nullptr && std::strstr(list, what) != nullptr;
}

template <class Number>
Number read_at(const unsigned char* at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) value = value << 8 | at[i];
  return static_cast<Number>(value);
}

std::uint32_t crc32c(const unsigned char* at, std::size_t size) {
  std::uint32_t c = ~0U;
  for (; size > 0; --size, ++at) {
    c ^= *at;
    for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ ((c & 1U) != 0 ? 0x82f63b78U : 0U);
  }
  return ~c;
}

// A record batch: the producer id stands at 43, its epoch and the sequence behind it; the checksum at 17 covers all
// from 21 on.
void take_away_idempotence(unsigned char* batch, std::size_t size) {
  std::memset(batch + 43, 0xff, 14);
  const std::uint32_t checksum = crc32c(batch + 21, size - 21);
  for (int i = 0; i < 4; ++i) batch[17 + i] = static_cast<unsigned char>(checksum >> (24 - 8 * i));
}

// A whole Produce request of version 7: length 4 | api 2 | version 2 | correlation 4 | client id | -1 (2) | acks 2 |
// timeout 4 | topics 4 | (name | partitions 4 | (partition 4 | batch)..)..
void weaken(unsigned char* request, std::size_t size) {
  if (size < 32 || read_at<std::uint32_t>(request) + 4 != size || read_at<std::uint32_t>(request + 4) != 7) return;
  unsigned char* at = request + 14 + read_at<std::uint16_t>(request + 12) + 2;
  if (wire_lacks("all_acks")) at[0] = 0, at[1] = 1;
  if (!wire_lacks("idempotence")) return;
  auto topics = read_at<std::uint32_t>(at + 6);
  for (at += 10; topics > 0; --topics) {
    at += 2 + read_at<std::uint16_t>(at);
    auto partitions = read_at<std::uint32_t>(at);
    for (at += 4; partitions > 0; --partitions) {
      const auto bytes = read_at<std::uint32_t>(at + 4);
      take_away_idempotence(at + 8, bytes);
      at += 8 + bytes;
    }
  }
}

}  // namespace

extern "C" {

// The direct publisher hands over each request whole, in memory of its own.
ssize_t send(int socket, const void* data, std::size_t size, int flags) {
  static auto* const real = next<ssize_t(int, const void*, std::size_t, int)>("send");
  if (wire_lacks("")) weaken(static_cast<unsigned char*>(const_cast<void*>(data)), size);
  return real(socket, data, size, flags);
}

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
