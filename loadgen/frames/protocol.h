#pragma once

// The binary frame protocol over TCP, written from docs/protocol.md alone: one PUBLISH frame a request, as many
// in flight as credit and --pipeline allow, cumulative acks. Called by sockets/stream.h.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "loadgen/answers/answer.h"
#include "loadgen/frames/bytes.h"
#include "loadgen/plan/run_plan.h"
#include "loadgen/wire/protocol.h"
#include "loadgen/wire/request.h"

namespace loadgen::frames {

enum class frame_type : std::uint8_t { hello = 1, welcome, publish, ack, credit, ping, pong, close, error };

/// A whole frame around a payload.
std::string make_frame(frame_type type, std::string_view payload);

class protocol final : public wire::protocol {
 public:
  explicit protocol(const plan::run_plan& plan);

  std::string greeting() override;
  bool ready(const wire::request& what) const override;
  void encode(wire::request& what) override;
  void sending(const wire::request& what) override;
  bool receive(std::string_view bytes, std::deque<wire::answered>& answers) override;
  std::string outgoing() override;
  bool exhausted() const override { return closing_; }
  std::optional<std::uint64_t> untaken_from() const override;
  const std::string& complaint() const override { return complaint_; }

 private:
  struct expected {
    std::uint64_t sequence;
    std::uint64_t id;
    std::uint32_t records;
  };

  bool fail(std::string why);
  bool take_frame(frame_type type, std::string_view payload, std::deque<wire::answered>& answers);
  bool take_welcome(field_reader in);
  bool take_ack(field_reader in, std::deque<wire::answered>& answers);
  bool take_entry(field_reader& in, std::uint64_t& sequence, answers::answer& into);
  bool take_end(std::uint64_t last_taken);
  bool take_error(field_reader in);
  bool take_close(field_reader in);
  std::size_t write_records(const wire::request& what, char* at) const;

  const plan::run_plan& plan_;
  std::string received_;  // the start of a frame that is not whole yet
  std::string outgoing_;
  std::deque<expected> expected_;
  bool welcomed_ = false;
  bool closing_ = false;
  std::uint64_t last_taken_ = 0;  // with closing_: frames after it are not taken
  std::uint64_t sequence_ = 0;    // of the last PUBLISH
  std::uint64_t bytes_published_ = 0;
  std::uint64_t credit_sequence_ = 0;
  std::uint64_t credit_bytes_ = 0;
  std::vector<char> plain_;  // the record block before compression
  std::string complaint_;
};

}  // namespace loadgen::frames
