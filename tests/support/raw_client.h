// A plain blocking TCP client that speaks exactly the bytes it is given, and reads HTTP answers one by one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tests {

struct http_answer {
  int status = 0;
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;
  std::string head;

  [[nodiscard]] bool has(std::string_view text) const { return body.find(text) != std::string::npos; }
};

class raw_client {
 public:
  explicit raw_client(std::uint16_t port);
  ~raw_client();
  raw_client(raw_client&& other) noexcept;
  raw_client(const raw_client&) = delete;
  raw_client& operator=(const raw_client&) = delete;

  /// False: the peer has reset the connection.
  bool send(std::string_view bytes);
  void end_output();
  void close();

  /// The next answer; nullopt: the connection ended, or nothing came in time. `without_body`: the answer to a HEAD.
  [[nodiscard]] std::optional<http_answer> answer(std::chrono::milliseconds within = std::chrono::seconds(5),
                                                  bool without_body = false);
  /// The peer has ended the connection and sent nothing more before.
  [[nodiscard]] bool is_ended(std::chrono::milliseconds within = std::chrono::seconds(5));
  /// Returns all that comes until the peer ends or `within` is over.
  [[nodiscard]] std::string everything(std::chrono::milliseconds within = std::chrono::seconds(5));

 private:
  enum class got { bytes, end, nothing };
  got read_some(std::chrono::steady_clock::time_point until);
  int fd_ = -1;
  std::string read_;
};

/// A POST of events to a topic, with Content-Length. `fields`: further header lines, each with its CR LF.
[[nodiscard]] std::string post(std::string_view body, std::string_view content_type = "application/json",
                               std::string_view query = "", std::string_view fields = "",
                               std::string_view topic = "orders");
[[nodiscard]] std::string get(std::string_view target, std::string_view fields = "");

}  // namespace tests
