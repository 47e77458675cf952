// The index of all store partitions of one process, in RocksDB: for each aggregate its head and its events, whole, so
// that a read is one walk over neighbours and needs no Kafka. No write-ahead log: Kafka's log is it, and the offset up
// to which it is applied is written with the data. A damaged index is thrown away and folded again. Built by app;
// outlives its partitions. Any thread; one writer a partition.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "store/partition_index.h"

namespace rocksdb {
class DB;
}

namespace store {

struct index_settings {
  std::string directory;
  std::size_t cache_bytes = std::size_t{48} << 20;         // blocks, filters and block indexes that are kept in memory
  std::size_t write_buffer_bytes = std::size_t{16} << 20;  // what is not on disk yet; three of these at most
};

struct index_size {
  std::uint64_t disk_bytes = 0;
  std::uint64_t memory_bytes = 0;
};

class index {
 public:
  static constexpr std::uint32_t aggregate_bytes_max = 0xffff;

  index();
  ~index();
  index(const index&) = delete;
  index& operator=(const index&) = delete;

  /// Once. The error is for people: the directory cannot be used. A damaged index is no error: see was_thrown_away().
  [[nodiscard]] boost::system::result<void, std::string> open(const index_settings& how);
  /// Why open() began with an empty one though there was something; empty: it did not.
  [[nodiscard]] const std::string& was_thrown_away() const noexcept { return thrown_away_; }
  /// Throws away what is there and begins with an empty one, also while its partitions are used: each is empty then,
  /// and what is asked meanwhile fails. Blocks while the disk is slow; one thread at a time. The error is for people.
  [[nodiscard]] boost::system::result<void, std::string> begin_anew();
  [[nodiscard]] std::unique_ptr<partition_index> of(std::string_view topic, std::int32_t partition);
  [[nodiscard]] index_size size() const;

 private:
  class rocks_partition;
  friend class rocks_partition;
  static constexpr std::chrono::seconds readers_patience{5};  // for what is being read to be over

  void give(const std::shared_ptr<rocksdb::DB>& db);

  index_settings how_;
  std::string thrown_away_;
  mutable std::mutex mutex_;
  std::shared_ptr<rocksdb::DB> db_;           // co-owned by its partitions, and by reads under way
  std::vector<rocks_partition*> partitions_;  // those that are alive
};

}  // namespace store
