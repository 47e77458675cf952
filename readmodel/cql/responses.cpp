#include "readmodel/cql/responses.h"

#include <algorithm>

namespace readmodel::cql {

namespace {

constexpr std::uint8_t flag_tracing = 0x02;
constexpr std::uint8_t flag_custom_payload = 0x04;
constexpr std::uint8_t flag_warning = 0x08;

enum class result_kind : std::int32_t { nothing = 1, rows = 2, keyspace = 3, prepared = 4, schema = 5 };

constexpr std::int32_t rows_global_table = 0x01;
constexpr std::int32_t rows_more_pages = 0x02;
constexpr std::int32_t rows_no_metadata = 0x04;

constexpr int type_depth_max = 8;

void skip_type(reader& r, int depth);

void skip_user_type(reader& r, int depth) {
  r.take_string();
  r.take_string();
  for (std::uint16_t left = r.take_short(); left > 0 && r.is_good(); --left) {
    r.take_string();
    skip_type(r, depth + 1);
  }
}

// A type deeper than any we make is read as broken.
void skip_type(reader& r, int depth) {
  if (depth > type_depth_max) {
    r.take(r.rest().size() + 1);
    return;
  }
  switch (r.take_short()) {
    case 0x0000: r.take_string(); break;          // custom
    case 0x0020:                                  // list
    case 0x0022: skip_type(r, depth + 1); break;  // set
    case 0x0021:                                  // map
      skip_type(r, depth + 1);
      skip_type(r, depth + 1);
      break;
    case 0x0030: skip_user_type(r, depth); break;
    case 0x0031:  // tuple
      for (std::uint16_t left = r.take_short(); left > 0 && r.is_good(); --left) skip_type(r, depth + 1);
      break;
    default: break;  // a simple one
  }
}

// A value costs at least its length: no count of rows makes us reserve more than the body's own size.
constexpr std::size_t value_bytes_min = 4;

void read_columns(reader& r, std::int32_t flags, std::size_t count, rows& to) {
  if ((flags & rows_global_table) != 0) {
    r.take_string();
    r.take_string();
  }
  for (std::size_t i = 0; i < count && r.is_good(); ++i) {
    if ((flags & rows_global_table) == 0) {
      r.take_string();
      r.take_string();
    }
    to.columns.emplace_back(r.take_string());
    skip_type(r, 0);
  }
}

void read_row(reader& r, std::size_t columns, rows& to) {
  std::vector<value>& row = to.list.emplace_back();
  row.reserve(columns);
  for (std::size_t i = 0; i < columns && r.is_good(); ++i) {
    const auto one = r.take_bytes();
    row.push_back(one ? value(*one) : value());
  }
}

std::optional<response> read_rows(reader r) {
  rows all;
  const std::int32_t flags = r.take_int();
  const std::int32_t columns = r.take_int();
  if ((flags & rows_more_pages) != 0)
    if (const auto state = r.take_bytes()) all.paging_state = *state;
  if (columns < 1) return std::nullopt;
  if ((flags & rows_no_metadata) == 0) read_columns(r, flags, static_cast<std::size_t>(columns), all);
  const std::int32_t count = r.take_int();
  if (!r.is_good() || count < 0) return std::nullopt;
  const std::size_t row_bytes_min = static_cast<std::size_t>(columns) * value_bytes_min;
  if (static_cast<std::size_t>(count) > r.rest().size() / row_bytes_min) return std::nullopt;
  all.list.reserve(static_cast<std::size_t>(count));
  for (std::int32_t i = 0; i < count && r.is_good(); ++i) read_row(r, static_cast<std::size_t>(columns), all);
  if (!r.is_good()) return std::nullopt;
  return response(std::move(all));
}

std::optional<response> read_result(reader r) {
  switch (static_cast<result_kind>(r.take_int())) {
    case result_kind::nothing:
    case result_kind::keyspace:
    case result_kind::schema: return r.is_good() ? std::optional<response>(done{}) : std::nullopt;
    case result_kind::rows: return read_rows(r);
    case result_kind::prepared: {
      const std::string_view id = r.take_short_bytes();
      if (!r.is_good() || id.empty()) return std::nullopt;
      return response(prepared{bytes(id)});
    }
  }
  return std::nullopt;
}

std::optional<response> read_error(reader r) {
  server_error error;
  error.code = r.take_int();
  error.message = r.take_string();
  if (!r.is_good()) return std::nullopt;
  return response(std::move(error));
}

// Skips the optional parts before the body proper: a trace's id, warnings, a custom payload.
void skip_extras(reader& r, std::uint8_t flags) {
  if ((flags & flag_tracing) != 0) r.take(16);
  if ((flags & flag_warning) != 0)
    for (std::uint16_t left = r.take_short(); left > 0 && r.is_good(); --left) r.take_string();
  if ((flags & flag_custom_payload) != 0)
    for (std::uint16_t left = r.take_short(); left > 0 && r.is_good(); --left) {
      r.take_string();
      r.take_bytes();
    }
}

}  // namespace

std::optional<std::size_t> rows::index_of(std::string_view column) const noexcept {
  const auto at = std::find(columns.begin(), columns.end(), column);
  if (at == columns.end()) return std::nullopt;
  return static_cast<std::size_t>(at - columns.begin());
}

std::optional<response> read_response(const frame_header& header, std::string_view body) {
  reader r(body);
  skip_extras(r, header.flags);
  if (!r.is_good()) return std::nullopt;
  switch (header.what) {
    case opcode::error: return read_error(r);
    case opcode::ready: return response(ready{});
    case opcode::authenticate: {
      std::string by(r.take_string());
      return r.is_good() ? std::optional<response>(authenticate{std::move(by)}) : std::nullopt;
    }
    case opcode::auth_challenge: {
      const auto token = r.take_bytes();
      return r.is_good() ? std::optional<response>(auth_challenge{bytes(token.value_or(""))}) : std::nullopt;
    }
    case opcode::auth_success: return response(auth_success{});
    case opcode::result: return read_result(r);
    default: return std::nullopt;
  }
}

}  // namespace readmodel::cql
