// Reads the topic of a projection: as a member of a consumer group (cooperative), or all partitions by itself for a
// rebuild. The caller says where to begin; offsets are never committed to Kafka for resuming, only for people who
// watch the group's lag. librdkafka inside; one thread.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "readmodel/fold/event.h"
#include "readmodel/kafka/handles.h"

namespace readmodel::kafka {

struct consumer_settings {
  std::string bootstrap;
  std::string topic;
  std::string group;                 // empty: no group, assign() says what is read
  properties extra;                  // librdkafka's own
  bool reads_versions = false;       // the topic is a store topic: header aggregate-version is to be trusted
  int queue_kilobytes_max = 65'536;  // fetched ahead
};

/// partition -> the next offset to read, from 0
using offsets = std::map<std::int32_t, std::int64_t>;

/// A record that owns its bytes.
class message {
 public:
  explicit message(message_handle of, bool reads_versions);
  [[nodiscard]] const fold::record& record() const noexcept { return record_; }

 private:
  message_handle of_;
  fold::record record_;
};

/// The change that the group wants; it waits until assign() or release() was called.
struct rebalance {
  std::vector<std::int32_t> added;
  std::vector<std::int32_t> taken;
  bool is_lost = false;  // somebody else may have them already
};

class consumer {
 public:
  template <typename T>
  using result = boost::system::result<T, std::string>;  // the error is one sentence for people

  [[nodiscard]] static result<std::unique_ptr<consumer>> make(const consumer_settings& settings);
  ~consumer();
  consumer(const consumer&) = delete;
  consumer& operator=(const consumer&) = delete;

  [[nodiscard]] result<std::vector<std::int32_t>> partitions(std::chrono::milliseconds patience);
  /// [first, end) of each partition, as Kafka says now.
  [[nodiscard]] result<std::map<std::int32_t, std::pair<std::int64_t, std::int64_t>>> bounds(
      const std::vector<std::int32_t>& of, std::chrono::milliseconds patience);

  /// Joins the group. Its partitions come as next_rebalance().
  [[nodiscard]] std::string join();
  /// nullopt: nothing came within the time, or the group wants something.
  [[nodiscard]] std::optional<message> next(std::chrono::milliseconds patience);
  [[nodiscard]] std::optional<rebalance> next_rebalance();
  /// Adds partitions to what is read, from these offsets on; see lost_place().
  void assign(const offsets& from);
  void release(const rebalance& of);
  /// Everything that is read now, without a group.
  void assign_all(const offsets& from);
  /// The end of a partition as the last fetch told it; -1: not known yet. Does not wait.
  [[nodiscard]] std::int64_t known_end(std::int32_t partition) const;
  /// The position of reading; -1: nothing was read yet. Does not wait.
  [[nodiscard]] std::int64_t position(std::int32_t partition) const;
  /// The partition whose next offset the log has no more; it is not read on, and nothing is skipped. nullopt: none.
  [[nodiscard]] std::optional<std::int32_t> lost_place() const noexcept { return lost_place_; }
  /// For people only. Does not wait.
  void tell_group(const offsets& next);

  /// The last trouble that Kafka or the network made; empty: none so far.
  [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

 private:
  consumer(client_handle client, consumer_settings settings);
  static void on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* list, void* self);
  [[nodiscard]] list_handle list_of(const offsets& of) const;

  consumer_settings settings_;
  client_handle client_;
  std::optional<rebalance> wanted_;
  bool is_cooperative_ = false;
  std::optional<std::int32_t> lost_place_;
  std::string trouble_;
};

}  // namespace readmodel::kafka
