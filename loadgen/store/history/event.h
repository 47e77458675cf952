#pragma once

// The events of a store run: every byte follows from the run, the append and the place in it, so that whoever reads an
// event back knows what was sent. Pure. Used by writers to make them and by the checker to recognise them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace loadgen::store::history {

/// Event `index` of append `append` of client `client`.
struct event_name {
  std::uint16_t client = 0;
  std::uint32_t append = 0;
  std::uint16_t index = 0;
  bool operator==(const event_name&) const = default;
};

/// "5f0c2a91-0003-0000002a-0000"
std::string id_text(std::string_view run, const event_name& name);
/// Empty when the id is not one of this run.
std::optional<event_name> name_in(std::string_view id, std::string_view run);

/// "5f0c2a91-cart-000002a"
std::string aggregate_text(std::string_view run, std::uint32_t aggregate);
std::optional<std::uint32_t> aggregate_in(std::string_view key, std::string_view run);

constexpr std::uint32_t event_bytes_min = 160;

/// The whole event, a JSON object of exactly `bytes` bytes (event_bytes_min at least).
std::string event_text(std::string_view run, const event_name& name, std::uint32_t aggregate, std::uint32_t bytes);

/// A number for one event at one version and offset, to be added up over a range of versions.
std::uint64_t digest(const event_name& name, std::uint64_t version, std::int64_t offset);

}  // namespace loadgen::store::history
