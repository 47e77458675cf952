// One test's topic, keyspace and projector processes, on the real Kafka and the real Cassandra of the fixtures; and an
// independent reader of the log, which shares no code with the projector.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "readmodel/cassandra/session.h"
#include "readmodel/project/pipeline.h"
#include "readmodel/project/projector.h"
#include "readmodel/project/verification.h"

namespace read_model_tests {

using namespace readmodel;

struct shown_row {
  std::int64_t events = 0;
  std::string last;
  bool operator==(const shown_row&) const = default;
};
using shown_rows = std::map<std::string, shown_row>;  // by aggregate

/// A child process that is killed when this goes.
class child {
 public:
  child() = default;
  explicit child(const std::vector<std::string>& words);
  ~child() { end(9); }
  child(child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  child& operator=(child&& other) noexcept {
    end(9);
    pid_ = std::exchange(other.pid_, -1);
    return *this;
  }
  /// The exit code; -1: it was killed.
  int end(int signal);
  int wait();
  /// The same, for at most so many seconds; nullopt: it still runs.
  [[nodiscard]] std::optional<int> wait_for(int seconds);
  void send(int signal) const;

 private:
  pid_t pid_ = -1;
};

/// A Cassandra, and what it asks for.
struct cassandra_place {
  std::string address;
  std::string user = {};
  std::string password_file = {};
  std::string ca = {};
};

class read_model {
 public:
  explicit read_model(int partitions = 4);
  read_model(int partitions, cassandra_place where);
  ~read_model();

  void produce(const std::string& key, const std::string& value);
  /// `count` events, spread over `aggregates`; returns when Kafka has them.
  void produce_many(int count, int aggregates);
  /// `count` events, each of an aggregate that has no other.
  void produce_single(int count);
  void flush();

  [[nodiscard]] child start(std::vector<std::string> more = {});
  [[nodiscard]] int run_command(const std::string& what, std::vector<std::string> more = {});

  /// The rows that an independent reader makes of the log.
  [[nodiscard]] shown_rows expected() const;
  /// The rows in the live generation.
  [[nodiscard]] shown_rows shown();
  /// Waits until they are equal, for at most so many seconds.
  [[nodiscard]] bool becomes_right(int seconds);
  [[nodiscard]] int live();
  /// Waits until the positions of the live generation are behind so many events, for at most so many seconds.
  [[nodiscard]] bool passes(std::int64_t events, int seconds);
  [[nodiscard]] project::verification_result audit();
  void execute(const std::string& cql);

  [[nodiscard]] project::projector_settings settings() const;
  /// All records of the topic from `from` on, by partition, with the bytes that they refer to.
  struct held_batch {
    std::vector<std::string> bytes;
    project::batch records;
  };
  [[nodiscard]] held_batch read(const std::map<std::int32_t, std::int64_t>& from = {}) const;

  cassandra_place where;
  std::string topic;
  std::string keyspace;
  std::string dead_letters;
  cassandra::counters count;
  std::unique_ptr<cassandra::session> session;
  std::unique_ptr<fold::projection> how;

 private:
  [[nodiscard]] std::vector<std::string> words(const std::string& what, std::vector<std::string> more) const;
  struct producer;
  std::unique_ptr<producer> producer_;
};

[[nodiscard]] std::string cassandra_address();

}  // namespace read_model_tests
