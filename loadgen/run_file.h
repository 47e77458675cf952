#pragma once

// What a run leaves behind for verification, on this machine or another: its id, where the topic ended before it
// began, and the fate of every event. Written at the end of a run (and on interruption), read by `verify`.
//
// The file: a line of magic, a line of JSON (readable with head -2), then one zstd frame of two bits an event.

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/fates.h"

namespace loadgen {

struct partition_span {
  std::int32_t partition;
  std::int64_t from;  // first offset that counts
  std::int64_t end;   // one past the last
};

struct resent_range {
  std::uint32_t first;
  std::uint32_t count;
};

struct stream_record {
  fates log;
  std::vector<resent_range> resent;  // sent again after no answer came, because the user said --retry all
};

struct run_record {
  std::string run;  // 8 hexadecimal digits
  std::string topic;
  std::string target;
  std::string started;  // time of day, UTC
  std::uint32_t aggregates = 0;
  bool keyed = true;                   // records must have the aggregate id as their key
  std::vector<partition_span> before;  // the topic when the run began; empty: not known, read all of it
  std::vector<stream_record> streams;

  std::uint64_t events_with(fate which) const;
};

std::string default_run_file(const std::string& run);

/// Both throw std::runtime_error that names the file.
void save(const run_record& record, const std::string& path);
run_record load_run_file(const std::string& path);

}  // namespace loadgen
