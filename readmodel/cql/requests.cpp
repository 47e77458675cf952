#include "readmodel/cql/requests.h"

namespace readmodel::cql {

namespace {

constexpr std::uint8_t flag_values = 0x01;
constexpr std::uint8_t flag_page_size = 0x04;
constexpr std::uint8_t flag_paging_state = 0x08;

void put_parameters(bytes& to, const std::vector<value>& values, const query_options& options) {
  put_short(to, static_cast<std::uint16_t>(options.level));
  std::uint8_t flags = 0;
  if (!values.empty()) flags |= flag_values;
  if (options.page_rows > 0) flags |= flag_page_size;
  if (!options.paging_state.empty()) flags |= flag_paging_state;
  to.push_back(static_cast<char>(flags));
  if (!values.empty()) {
    put_short(to, static_cast<std::uint16_t>(values.size()));
    for (const value& one : values) put_value(to, one);
  }
  if (options.page_rows > 0) put_int(to, options.page_rows);
  if (!options.paging_state.empty()) put_long_string(to, options.paging_state);
}

}  // namespace

void write_startup(bytes& to, std::int16_t stream) {
  frame_writer frame(to, opcode::startup, stream);
  put_short(to, 3);
  put_string(to, "CQL_VERSION");
  put_string(to, "3.0.0");
  put_string(to, "THROW_ON_OVERLOAD");  // else the node stops reading, and we would not know why it is slow
  put_string(to, "1");
  put_string(to, "DRIVER_NAME");
  put_string(to, "headgate-readmodel");
  frame.finish();
}

void write_auth_response(bytes& to, std::int16_t stream, std::string_view token) {
  frame_writer frame(to, opcode::auth_response, stream);
  put_long_string(to, token);
  frame.finish();
}

void write_query(bytes& to, std::int16_t stream, std::string_view text, const std::vector<value>& values,
                 const query_options& options) {
  frame_writer frame(to, opcode::query, stream);
  put_long_string(to, text);
  put_parameters(to, values, options);
  frame.finish();
}

void write_prepare(bytes& to, std::int16_t stream, std::string_view text) {
  frame_writer frame(to, opcode::prepare, stream);
  put_long_string(to, text);
  frame.finish();
}

void write_execute(bytes& to, std::int16_t stream, std::string_view id, const std::vector<value>& values,
                   const query_options& options) {
  frame_writer frame(to, opcode::execute, stream);
  put_string(to, id);
  put_parameters(to, values, options);
  frame.finish();
}

bytes plain_token(std::string_view user, std::string_view password) {
  bytes token(1, '\0');
  token.append(user).push_back('\0');
  token.append(password);
  return token;
}

}  // namespace readmodel::cql
