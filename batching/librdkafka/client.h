// Owning handles of librdkafka's objects, and the one place where a producer is configured. Used inside batching/kafka.
#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <boost/system/result.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "batching/librdkafka/client_credentials.h"

namespace batching::librdkafka {

struct topic_compression {
  std::string codec = "zstd";  // none, lz4, zstd
  int level = 1;
};

/// The settings of a publisher. `properties` are librdkafka's own, already checked by the configuration against
/// what would break a promise; they come after our defaults, and before what no user may change.
struct producer_settings {
  std::string bootstrap;
  std::map<std::string, std::string> properties;
  client_credentials credentials{};
  std::function<topic_compression(std::string_view topic)> compression;
  std::size_t message_bytes_max = 1'000'000;
  std::size_t batch_bytes_max = 512 * 1024;  // of one partition in one request, before compression
};

/// When a producer last sent a Produce request, on the steady clock; 0: never. Written by librdkafka's threads.
using last_sent = std::atomic<std::chrono::steady_clock::rep>;

/// Ends a client of librdkafka, and waits for that for at most end_patience: it can hang (2.8.0, seen where Kafka
/// refuses a certificate: a broker's thread that never ends). It then goes on in a thread of its own.
struct producer_deleter {
  static constexpr std::chrono::seconds end_patience{5};
  std::shared_ptr<last_sent> sent;  // co-owned: written to until the end; may be nullptr
  void operator()(rd_kafka_t* rk) const noexcept;
};
struct topic_handle_deleter {
  void operator()(rd_kafka_topic_t* rkt) const noexcept;
};
struct queue_deleter {
  void operator()(rd_kafka_queue_t* queue) const noexcept;
};
struct event_deleter {
  void operator()(rd_kafka_event_t* event) const noexcept;
};
struct metadata_deleter {
  void operator()(const rd_kafka_metadata_t* answer) const noexcept;
};
using producer_handle = std::unique_ptr<rd_kafka_t, producer_deleter>;
using topic_handle = std::unique_ptr<rd_kafka_topic_t, topic_handle_deleter>;
using queue_handle = std::unique_ptr<rd_kafka_queue_t, queue_deleter>;
using event_handle = std::unique_ptr<rd_kafka_event_t, event_deleter>;
using metadata_handle = std::unique_ptr<const rd_kafka_metadata_t, metadata_deleter>;

/// The version of the library in this process.
[[nodiscard]] std::string library_version();

/// An idempotent producer whose delivery reports, errors, logs and statistics all arrive as events on its main queue.
/// `sent` nullptr: only to see whether one can be made. The error is one sentence for people: which property is wrong
/// and why.
[[nodiscard]] boost::system::result<producer_handle, std::string> make_producer(const producer_settings& settings,
                                                                                const std::shared_ptr<last_sent>& sent);

enum class topics_asked : bool { known, all };
/// Blocks for 2 s at most. Empty: Kafka does not answer, or lets this client not in.
[[nodiscard]] metadata_handle ask_metadata(rd_kafka_t* rk, topics_asked about) noexcept;
[[nodiscard]] topic_handle make_topic(rd_kafka_t* rk, const std::string& name, const topic_compression& compression);

}  // namespace batching::librdkafka
