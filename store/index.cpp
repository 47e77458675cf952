#include "store/index.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "store/index_keys.h"

namespace store {
namespace {

constexpr std::string_view format_key = "f";
constexpr std::string_view format_now = "headgate store index 1";
constexpr int open_files_max = 256;
constexpr int write_buffers_max = 3;
constexpr int bits_a_key = 10;  // of the filters: one lookup in a hundred for what is not there reads a block

rocksdb::Slice slice(std::string_view text) noexcept { return {text.data(), text.size()}; }

rocksdb::CompressionType codec() {
  const auto known = rocksdb::GetSupportedCompressions();
  return std::ranges::find(known, rocksdb::kLZ4Compression) == known.end() ? rocksdb::kNoCompression
                                                                           : rocksdb::kLZ4Compression;
}

rocksdb::Options options_of(const index_settings& how) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(how.cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bits_a_key));
  table.cache_index_and_filter_blocks = true;  // or they grow with the index, outside of every bound
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  rocksdb::Options o;
  o.create_if_missing = true;
  o.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  o.write_buffer_size = how.write_buffer_bytes;
  o.max_write_buffer_number = write_buffers_max;
  o.max_open_files = open_files_max;
  o.compression = codec();
  o.level_compaction_dynamic_level_bytes = true;
  o.info_log_level = rocksdb::InfoLogLevel::FATAL_LEVEL;
  o.keep_log_file_num = 2;
  o.avoid_flush_during_recovery = true;
  return o;
}

// Not a damage: the disk is full, or another process has the directory.
bool is_damage(const rocksdb::Status& s) noexcept {
  return s.IsCorruption() || s.IsInvalidArgument() || s.IsNotSupported();
}

std::string check_format(rocksdb::DB& db) {
  std::string found;
  const auto said = db.Get({}, slice(format_key), &found);
  if (said.ok() && found == format_now) return {};
  if (said.ok()) return "it was written by another version";
  if (!said.IsNotFound()) return said.ToString();
  const std::unique_ptr<rocksdb::Iterator> any(db.NewIterator({}));
  any->SeekToFirst();
  if (any->Valid()) return "it does not say its format";
  rocksdb::WriteOptions how;
  how.disableWAL = true;
  const auto put = db.Put(how, slice(format_key), slice(format_now));
  return put.ok() ? std::string() : put.ToString();
}

}  // namespace

class index::rocks_partition final : public partition_index {
 public:
  rocks_partition(index& of, std::string_view topic, std::int32_t partition)
      : of_(&of), keys_(keys_of(topic, partition)) {
    const std::lock_guard lock(of.mutex_);
    of.partitions_.push_back(this);
    take(of.db_);
  }
  ~rocks_partition() override {
    const std::lock_guard lock(of_->mutex_);
    std::erase(of_->partitions_, this);
  }

  /// Another one from now on; nullptr: none.
  void take(std::shared_ptr<rocksdb::DB> db) {
    {
      const std::lock_guard lock(mutex_);
      db_.swap(db);
    }
    applied_ = applied().next_offset;
  }

  [[nodiscard]] result<aggregate_head> head_of(std::string_view aggregate) const override {
    const auto db = hold();
    if (!db) return std::string(made_anew);
    rocksdb::PinnableSlice found;
    const auto said = db->Get({}, db->DefaultColumnFamily(), keys_.heads + std::string(aggregate), &found);
    if (said.IsNotFound()) return aggregate_head{};
    if (!said.ok()) return said.ToString();
    const auto head = decode_head({found.data(), found.size()});
    if (!head) return std::string("a head in the index is damaged");
    return *head;
  }

  [[nodiscard]] result<void> read(std::string_view aggregate, std::uint64_t first, direction towards,
                                  const visitor& each) const override {
    const auto db = hold();
    if (!db) return std::string(made_anew);
    const std::string prefix = events_key(keys_, aggregate);
    std::string from = prefix;
    append_version(from, first);
    const std::unique_ptr<rocksdb::Iterator> at(db->NewIterator({}));
    const bool forward = towards == direction::forward;
    if (forward)
      at->Seek(from);
    else
      at->SeekForPrev(from);
    for (; at->Valid(); forward ? at->Next() : at->Prev()) {
      const std::string_view key(at->key().data(), at->key().size());
      if (key.size() != from.size() || !key.starts_with(prefix)) break;
      const auto e = decode_event(version_in(key), {at->value().data(), at->value().size()});
      if (!e) return std::string("an event in the index is damaged");
      if (!each(*e)) break;
    }
    if (!at->status().ok()) return at->status().ToString();
    return {};
  }

  [[nodiscard]] result<void> write(std::span<const indexed_event> events, const log_position& applied) override {
    rocksdb::WriteBatch all;
    std::string value;
    for (const indexed_event& e : events) {
      std::string key = events_key(keys_, e.aggregate);
      append_version(key, e.what.version);
      value.clear();
      encode_event(e.what, value);
      all.Put(key, value);
      if (e.head == nullptr) continue;
      value.clear();
      encode_head(*e.head, value);
      all.Put(keys_.heads + std::string(e.aggregate), value);
    }
    all.Put(keys_.position, encode_position(applied));
    return apply(all, applied.next_offset);
  }

  [[nodiscard]] std::int64_t applied_offset() const override { return applied_; }

  // One that cannot be read is none: the log is folded again, over what is there.
  [[nodiscard]] log_position applied() const override {
    const auto db = hold();
    std::string found;
    if (!db || !db->Get({}, keys_.position, &found).ok()) return {};
    return decode_position(found).value_or(log_position{});
  }

  [[nodiscard]] result<void> clear() override {
    rocksdb::WriteBatch all;
    for (const std::string* prefix : {&keys_.events, &keys_.heads, &keys_.position})
      all.DeleteRange(*prefix, end_of(*prefix));
    return apply(all, 0);
  }

 private:
  result<void> apply(rocksdb::WriteBatch& all, std::int64_t applied) {
    const auto db = hold();
    if (!db) return std::string(made_anew);
    rocksdb::WriteOptions how;
    how.disableWAL = true;
    if (const auto said = db->Write(how, &all); !said.ok()) return said.ToString();
    applied_ = applied;
    return {};
  }

  [[nodiscard]] std::shared_ptr<rocksdb::DB> hold() const {
    const std::lock_guard lock(mutex_);
    return db_;
  }

  static constexpr const char* made_anew = "the index is being made anew";

  index* of_;
  index_keys keys_;
  mutable std::mutex mutex_;
  std::shared_ptr<rocksdb::DB> db_;
  std::atomic<std::int64_t> applied_{0};
};

index::index() = default;

// State in memory only goes to disk: the next start folds nothing twice.
index::~index() {
  if (db_) db_->Flush({});
}

boost::system::result<void, std::string> index::open(const index_settings& how) {
  how_ = how;
  std::error_code error;
  std::filesystem::create_directories(how.directory, error);
  if (error) return "store.directory " + how.directory + ": " + error.message();
  const rocksdb::Options options = options_of(how);
  for (int attempt = 0; attempt < 2; ++attempt) {
    rocksdb::DB* opened = nullptr;
    const auto said = rocksdb::DB::Open(options, how.directory, &opened);
    std::shared_ptr<rocksdb::DB> db(opened);
    if (!said.ok() && (attempt > 0 || !is_damage(said)))
      return "store.directory " + how.directory + ": " + said.ToString();
    std::string wrong = said.ok() ? check_format(*db) : said.ToString();
    if (wrong.empty()) {
      give(db);
      return {};
    }
    db.reset();
    rocksdb::DestroyDB(how.directory, options);
    thrown_away_ = std::move(wrong);
  }
  return "store.directory " + how.directory + ": no index can be made there: " + thrown_away_;
}

void index::give(const std::shared_ptr<rocksdb::DB>& db) {
  const std::lock_guard lock(mutex_);
  db_ = db;
  for (rocks_partition* p : partitions_) p->take(db);
}

boost::system::result<void, std::string> index::begin_anew() {
  std::weak_ptr<rocksdb::DB> before;
  {
    const std::lock_guard lock(mutex_);
    before = db_;
  }
  give(nullptr);
  const auto until = std::chrono::steady_clock::now() + readers_patience;
  while (!before.expired() && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (!before.expired()) return std::string("the index is still being read");
  const auto gone = rocksdb::DestroyDB(how_.directory, options_of(how_));
  // The remains of a damaged one, under names that RocksDB does not know.
  std::error_code ignored;
  if (!gone.ok()) std::filesystem::remove_all(how_.directory, ignored);
  return open(how_);
}

std::unique_ptr<partition_index> index::of(std::string_view topic, std::int32_t partition) {
  return std::make_unique<rocks_partition>(*this, topic, partition);
}

index_size index::size() const {
  std::shared_ptr<rocksdb::DB> db;
  {
    const std::lock_guard lock(mutex_);
    db = db_;
  }
  if (!db) return {};
  const auto read = [&db](const std::string& what) {
    std::uint64_t value = 0;
    return db->GetIntProperty(what, &value) ? value : 0;
  };
  return {read(rocksdb::DB::Properties::kTotalSstFilesSize),
          read(rocksdb::DB::Properties::kCurSizeAllMemTables) + read(rocksdb::DB::Properties::kBlockCacheUsage) +
              read(rocksdb::DB::Properties::kEstimateTableReadersMem)};
}

}  // namespace store
