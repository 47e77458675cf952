// Keeps the live generation of one projection up to date, as a member of a consumer group: reads, hands batches to the
// pipeline, follows the group and the row that says which generation is live. One thread, which it blocks until it is
// stopped; `headgate-readmodel run` is little more.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "readmodel/project/collector.h"
#include "readmodel/project/pipeline.h"
#include "readmodel/tables/generations.h"

namespace readmodel::project {

struct projector_settings {
  kafka::consumer_settings kafka;  // its group's name gets the generation's number
  std::string keyspace;
  std::string replication =
      "{'class': 'SimpleStrategy', 'replication_factor': 1}";  // of a keyspace that is not there yet
  cql::consistency level = cql::consistency::local_quorum;
  std::string dead_letter_topic;  // empty: none
  batch_limits batch;
  std::size_t aggregates_cached_max = 100'000;
  std::chrono::milliseconds look_at_generations_every{2'000};
  bool accepts_loss = false;  // goes on although the log has lost events that the view has not seen
  controls broken;
};

class projector {
 public:
  /// All of them outlive it.
  projector(projector_settings settings, const fold::projection& how, cassandra::session& session, progress& count);

  /// Until `stop`: then what it has read is written, and it leaves the group. Otherwise the failure that an operator
  /// must look at.
  [[nodiscard]] std::optional<cassandra::failure> run(const std::stop_token& stop);

 private:
  enum class turn : std::uint8_t { stopped, another_generation, again };
  template <typename T>
  using result = cassandra::session::result<T>;

  [[nodiscard]] result<int> first_generation();
  [[nodiscard]] result<turn> run_generation(int number, const std::stop_token& stop);
  [[nodiscard]] result<turn> fold_on(kafka::consumer& from, pipeline& to, const std::stop_token& stop);
  [[nodiscard]] std::optional<cassandra::failure> follow(const kafka::rebalance& wanted, kafka::consumer& from,
                                                         pipeline& to);
  [[nodiscard]] std::optional<cassandra::failure> begin_reading(const std::vector<std::int32_t>& added,
                                                                kafka::consumer& from);
  [[nodiscard]] result<kafka::offsets> stored_positions(const std::vector<std::int32_t>& of);
  [[nodiscard]] std::optional<cassandra::failure> one_batch(kafka::consumer& from, pipeline& to);
  [[nodiscard]] result<bool> is_still_live();
  void note_position(kafka::consumer& from, const collected& done);
  void note_ends(const kafka::consumer& from);
  void pause(const std::string& why, const std::stop_token& stop);

  projector_settings settings_;
  const fold::projection* how_;
  cassandra::session* session_;
  progress* count_;
  tables::generations generations_;
  int generation_ = 0;
  std::unique_ptr<tables::statements> statements_;
  cql::clock::time_point next_look_;
};

}  // namespace readmodel::project
