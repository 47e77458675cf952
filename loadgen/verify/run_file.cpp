#include "loadgen/verify/run_file.h"

#include <simdjson.h>
#include <zstd.h>

#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "loadgen/json/writer.h"

namespace loadgen::verify {

namespace {

constexpr std::string_view magic = "headgate-loadgen run 1\n";

template <typename Value>
void put(std::string& into, const Value* values, std::size_t count) {
  into.append(reinterpret_cast<const char*>(values), count * sizeof(Value));
}

std::string pack_streams(const run_record& record) {
  std::string bytes;
  for (const answers::stream_record& each : record.streams) {
    const std::uint32_t sizes[3] = {each.log.size(), static_cast<std::uint32_t>(each.log.words().size()),
                                    static_cast<std::uint32_t>(each.resent.size())};
    put(bytes, sizes, 3);
    put(bytes, each.log.words().data(), each.log.words().size());
    put(bytes, each.resent.data(), each.resent.size());
  }
  return bytes;
}

class unpacker {
 public:
  explicit unpacker(std::string_view bytes) : bytes_(bytes) {}

  template <typename Value>
  void take(Value* into, std::size_t count) {
    if (bytes_.size() / sizeof(Value) < count) throw std::runtime_error("it ends too early");
    if (count > 0) std::memcpy(into, bytes_.data(), count * sizeof(Value));  // `into` of nothing may be null
    bytes_.remove_prefix(count * sizeof(Value));
  }

  std::size_t left() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

answers::stream_record unpack_stream(unpacker& from) {
  std::uint32_t sizes[3] = {};
  from.take(sizes, 3);
  if (sizes[1] > from.left() / 8 || sizes[2] > from.left() / sizeof(answers::resent_range)) {
    throw std::runtime_error("its sizes do not fit");
  }
  std::vector<std::uint64_t> words(sizes[1]);
  from.take(words.data(), words.size());
  answers::stream_record result{answers::fates::from_words(std::move(words), sizes[0]),
                                std::vector<answers::resent_range>(sizes[2])};
  from.take(result.resent.data(), result.resent.size());
  return result;
}

std::string describe(const run_record& record, std::size_t packed_size) {
  json::writer json;
  json.begin_object().member("run", record.run).member("topic", record.topic).member("target", record.target);
  json.member("started", record.started).member("aggregates", record.aggregates).member("keyed", record.keyed);
  json.member("acked", record.events_with(answers::fate::acked))
      .member("refused", record.events_with(answers::fate::refused));
  json.member("unknown", record.events_with(answers::fate::unknown));
  json.member("streams", record.streams.size()).member("packed_bytes", packed_size).key("before").begin_array();
  for (const kafka::partition_span& span : record.before) {
    json.begin_object().member("partition", span.partition).member("from", span.first).member("end", span.end);
    json.end_object();
  }
  return json.end_array().end_object().text();
}

struct header {
  run_record record;
  std::uint64_t streams = 0;
  std::uint64_t packed_bytes = 0;
};

header read_header(const std::string& line) {
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(line);
  header result;
  result.record.run = std::string(std::string_view(root["run"]));
  result.record.topic = std::string(std::string_view(root["topic"]));
  result.record.target = std::string(std::string_view(root["target"]));
  result.record.started = std::string(std::string_view(root["started"]));
  result.record.aggregates = static_cast<std::uint32_t>(std::uint64_t(root["aggregates"]));
  result.record.keyed = bool(root["keyed"]);
  result.streams = root["streams"];
  result.packed_bytes = root["packed_bytes"];
  for (const simdjson::dom::element span : simdjson::dom::array(root["before"])) {
    result.record.before.push_back({static_cast<std::int32_t>(std::int64_t(span["partition"])),
                                    std::int64_t(span["from"]), std::int64_t(span["end"])});
  }
  return result;
}

run_record parse(const std::string& text) {
  if (!text.starts_with(magic)) throw std::runtime_error("it is not a run file of this version");
  const auto line_end = text.find('\n', magic.size());
  if (line_end == std::string::npos) throw std::runtime_error("it ends too early");
  header head = read_header(text.substr(magic.size(), line_end - magic.size()));
  constexpr std::uint64_t packed_max = std::uint64_t{8} << 30;
  if (head.packed_bytes > packed_max) throw std::runtime_error("its sizes do not fit");
  std::string packed(head.packed_bytes, '\0');
  const std::size_t size =
      ZSTD_decompress(packed.data(), packed.size(), text.data() + line_end + 1, text.size() - line_end - 1);
  if (ZSTD_isError(size) != 0U || size != packed.size()) throw std::runtime_error("it is damaged");
  unpacker from(packed);
  for (std::uint64_t i = 0; i < head.streams; ++i) head.record.streams.push_back(unpack_stream(from));
  return std::move(head.record);
}

}  // namespace

std::uint64_t run_record::events_with(answers::fate which) const {
  std::uint64_t count = 0;
  for (const answers::stream_record& each : streams) {
    const std::uint64_t value = static_cast<std::uint64_t>(which);
    std::uint64_t beyond = each.log.words().size() * 32 - each.log.size();
    for (const std::uint64_t word : each.log.words()) {
      // Both bits of a pair equal the wanted fate's bits where this has both set.
      const std::uint64_t equal = ~(word ^ (0x5555555555555555 * value));
      count += static_cast<std::uint64_t>(std::popcount(equal & (equal >> 1) & 0x5555555555555555));
    }
    if (which == answers::fate::unsent) count -= beyond;
  }
  return count;
}

std::string default_run_file(const std::string& run) {
  return std::filesystem::temp_directory_path() / ("headgate-run-" + run + ".hgrun");
}

void save(const run_record& record, const std::string& path) {
  const std::string packed = pack_streams(record);
  std::string frame(ZSTD_compressBound(packed.size()), '\0');
  frame.resize(ZSTD_compress(frame.data(), frame.size(), packed.data(), packed.size(), 1));
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << magic << describe(record, packed.size()) << '\n' << frame;
  file.close();
  if (!file) throw std::runtime_error("cannot write the run file " + path + " (choose another with --run-file)");
}

run_record load_run_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read the run file " + path);
  std::ostringstream text;
  text << file.rdbuf();
  try {
    return parse(text.str());
  } catch (const std::exception& error) {
    throw std::runtime_error("cannot use the run file " + path + ": " + error.what());
  }
}

}  // namespace loadgen::verify
