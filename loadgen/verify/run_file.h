#pragma once

// The record of a run for its verification, on this machine or another: its id, where the topic ended before the run,
// and the fate of every event. Written at the end of a run (and on interruption), read by `verify`.
//
// The file: a line of magic, a line of JSON (readable with head -2), then one zstd frame of two bits an event.

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/answers/fates.h"
#include "loadgen/kafka/records.h"

namespace loadgen::verify {

struct run_record {
  std::string run;  // 8 hexadecimal digits
  std::string topic;
  std::string target;
  std::string started;  // time of day, UTC
  std::uint32_t aggregates = 0;
  bool keyed = true;                          // records must have the aggregate id as their key
  std::vector<kafka::partition_span> before;  // the topic when the run began; empty: not known, read all of it
  std::vector<answers::stream_record> streams;

  std::uint64_t events_with(answers::fate which) const;
};

/// In $TMPDIR (/tmp): a run leaves nothing in the folder where it was started unless it is asked to.
std::string default_run_file(const std::string& run);

/// Both throw std::runtime_error that names the file.
void save(const run_record& record, const std::string& path);
run_record load_run_file(const std::string& path);

}  // namespace loadgen::verify
