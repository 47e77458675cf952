// The page's vectors against both sides: what clients send is encoded by the test's client and read by the gateway,
// what the gateway sends is written by it and read by the test's client.
#include <gtest/gtest.h>

#include "batching/ack.h"
#include "gateway/decode/buffer.h"
#include "gateway/decode/decompress.h"
#include "gateway/frames/ack_writer.h"
#include "gateway/frames/codes.h"
#include "gateway/frames/frame_reader.h"
#include "gateway/frames/frame_writer.h"
#include "gateway/frames/messages.h"
#include "gateway/frames/peer_proof.h"
#include "gateway/frames/record_reader.h"
#include "gateway/frames/store_messages.h"
#include "tests/gateway/frames/client.h"
#include "tests/gateway/frames/page.h"

namespace frames_test {
namespace {

namespace frames = gateway::frames;

const std::vector<record> two_orders = {{"order-1", R"({"id":"order-1","total":10})"},
                                        {"order-2", R"({"id":"order-2","total":20})"}};

std::string hex_of(std::string_view name) { return to_hex(vector(name)); }

frames::frame whole_frame(std::string_view bytes) {
  const auto read = frames::read_frame(bytes, 1 << 20);
  EXPECT_EQ(read.state, frames::frame_state::whole) << read.why.text;
  return read.found;
}

TEST(ProtocolPageTest, HasEveryVector) { EXPECT_EQ(vectors().size(), 26U); }

TEST(ProtocolPageTest, HelloVector) {
  EXPECT_EQ(hex_of("hello"), to_hex(hello()));
  frames::hello read;
  ASSERT_FALSE(frames::read_hello(whole_frame(vector("hello")).payload, read));
  EXPECT_EQ(read.version_min, 1);
  EXPECT_EQ(read.version_max, 1);
  EXPECT_EQ(read.receive_bytes_max, 0U);
  EXPECT_EQ(read.name, "example");
}

TEST(ProtocolPageTest, HelloCredentialVector) {
  frames::hello read;
  ASSERT_FALSE(frames::read_hello(whole_frame(vector("hello_credential")).payload, read));
  EXPECT_EQ(read.name, "example");
  EXPECT_EQ(read.credential, "hgk_abcdefghijkm_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq");
  EXPECT_EQ(hex_of("hello_credential"), to_hex(hello(1, 1, 0, "example", read.credential)));
}

TEST(ProtocolPageTest, WelcomeVector) {
  std::string out;
  frames::write_welcome(out, {4 << 20, 16 << 20, 52'428, 300'000, {1024, 8 << 20}, "headgate 0.1.0"});
  EXPECT_EQ(hex_of("welcome"), to_hex(out));
  const auto read = take(out);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->frame_bytes_max, 4U << 20);
  EXPECT_EQ(read->decoded_bytes_max, 16U << 20);
  EXPECT_EQ(read->records_max, 52'428U);
  EXPECT_EQ(read->idle_ms, 300'000U);
  EXPECT_EQ(read->compressions, 6);
}

TEST(ProtocolPageTest, PublishVector) {
  EXPECT_EQ(hex_of("publish"), to_hex(encode({.records = two_orders})));
  frames::publish read;
  ASSERT_FALSE(frames::read_publish(whole_frame(vector("publish")), read));
  EXPECT_EQ(read.sequence, 1U);
  EXPECT_EQ(read.topic, "orders");
  batching::events events;
  frames::record_reader records;
  ASSERT_FALSE(records.read(read.block, read.records, events));
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].key, "order-2");
  EXPECT_EQ(events[1].value, R"({"id":"order-2","total":20})");
}

TEST(ProtocolPageTest, PublishOptionsVector) {
  EXPECT_EQ(hex_of("publish_options"), to_hex(encode({.sequence = 2,
                                                      .topic = "t",
                                                      .records = {{{}, "{}", {{"source", "web"}}}, {"", R"({"a":1})"}},
                                                      .ack = 2,
                                                      .on_invalid = 2,
                                                      .results = 2,
                                                      .options = 1})));
  frames::publish read;
  ASSERT_FALSE(frames::read_publish(whole_frame(vector("publish_options")), read));
  EXPECT_EQ(read.ack, batching::ack_level::none);
  EXPECT_EQ(read.on_invalid, batching::on_invalid::fence);
  EXPECT_EQ(read.results, frames::results::positions);
  EXPECT_TRUE(read.json);
  batching::events events;
  frames::record_reader records;
  ASSERT_FALSE(records.read(read.block, read.records, events));
  EXPECT_FALSE(events[0].has_key);
  ASSERT_EQ(events[0].headers.size(), 1U);
  EXPECT_EQ(events[0].headers[0].name, "source");
  EXPECT_EQ(events[0].headers[0].value, "web");
  EXPECT_TRUE(events[1].has_key);
  EXPECT_TRUE(events[1].key.empty());
}

TEST(ProtocolPageTest, PublishExtrasVector) {
  frames::publish read;
  ASSERT_FALSE(frames::read_publish(whole_frame(vector("publish_extras")), read));
  EXPECT_EQ(read.sequence, 3U);
  batching::events events;
  frames::record_reader records;
  ASSERT_FALSE(records.read(read.block, read.records, events));
  ASSERT_EQ(events.size(), 2U);
  EXPECT_TRUE(events[0].is_tombstone);
  EXPECT_EQ(events[0].key, "order-1");
  EXPECT_EQ(events[0].headers[0].value, "gdpr");
  EXPECT_FALSE(events[1].is_tombstone);
  EXPECT_EQ(events[1].timestamp_ms, 1'700'000'000'123);
}

void expect_two_orders_packed_as(std::string_view name, gateway::decode::encoding how) {
  frames::publish read;
  ASSERT_FALSE(frames::read_publish(whole_frame(vector(name)), read));
  gateway::decode::decompressor unpack;
  gateway::decode::buffer out;
  const auto block_of = unpack.run(how, read.block, read.records_bytes, out);
  ASSERT_TRUE(block_of);
  EXPECT_EQ(*block_of, block(two_orders));
}

TEST(ProtocolPageTest, PublishZstdVector) {
  expect_two_orders_packed_as("publish_zstd", gateway::decode::encoding::zstd);
}
TEST(ProtocolPageTest, PublishLz4Vector) { expect_two_orders_packed_as("publish_lz4", gateway::decode::encoding::lz4); }

TEST(ProtocolPageTest, AckVector) {
  batching::ack first, second, third;
  first.begin(nullptr, 100, false);
  second.begin(nullptr, 100, false);
  third.begin(nullptr, 50, false);
  for (std::uint32_t i = 0; i < 100; ++i) {
    first.settle_persisted(i, 0, i);
    second.settle_persisted(i, 1, i);
    if (i < 50) third.settle_persisted(i, 2, i);
  }
  std::string out;
  frames::ack_writer writer(out);
  std::uint64_t sequence = 0;
  for (batching::ack* each : {&first, &second, &third})
    ASSERT_TRUE(writer.add({.sequence = ++sequence, .records = each->events(), .answer = each, .detail = {}}, 1 << 20));
  writer.finish();
  EXPECT_EQ(hex_of("ack"), to_hex(out));
}

TEST(ProtocolPageTest, AckEntriesVector) {
  batching::ack mixed, single;
  mixed.begin(nullptr, 3, true);
  mixed.settle_persisted(0, 3, 120);
  mixed.settle_failed(1, batching::outcome::rejected, batching::reason::invalid_json, "byte 2: expected a value");
  mixed.settle_persisted(2, 0, 7);
  single.begin(nullptr, 1, false);
  single.settle_persisted(0, 1, 1);
  std::string out;
  frames::ack_writer writer(out);
  ASSERT_TRUE(writer.add(
      {.sequence = 4, .records = 3, .results = frames::results::positions, .answer = &mixed, .detail = {}}, 1 << 20));
  ASSERT_TRUE(writer.add(
      {.sequence = 5, .records = 1, .status = frames::frame_status::unknown_topic, .detail = "no topic nope"},
      1 << 20));
  ASSERT_TRUE(writer.add({.sequence = 6, .records = 1, .answer = &single, .detail = {}}, 1 << 20));
  writer.finish();
  EXPECT_EQ(hex_of("ack_entries"), to_hex(out));
}

TEST(ProtocolPageTest, SmallFramesVectors) {
  std::string out;
  frames::write_credit(out, {1030, 8'400'000});
  EXPECT_EQ(hex_of("credit"), to_hex(out));
  out.clear();
  frames::write_pong(out, "\x01\x02\x03\x04\x05\x06\x07\x08");
  EXPECT_EQ(hex_of("pong"), to_hex(out));
  EXPECT_EQ(hex_of("ping"), to_hex(ping("\x01\x02\x03\x04\x05\x06\x07\x08")));
  EXPECT_EQ(hex_of("close_client"), to_hex(close(6)));
  out.clear();
  frames::write_close(out, {5, frames::close_reason::draining, "shutting down"});
  EXPECT_EQ(hex_of("close_draining"), to_hex(out));
  out.clear();
  frames::write_error(out, {frames::error_code::bad_compression, "zstd: broken"}, 7, 6);
  EXPECT_EQ(hex_of("error"), to_hex(out));
}

constexpr std::string_view secret = "correct horse battery staple";

std::string bytes_from(int first) {
  std::string out;
  for (int i = 0; i < 32; ++i) out.push_back(static_cast<char>(first + i));
  return out;
}

TEST(ProtocolPageTest, HellosOfVersion2) {
  EXPECT_EQ(hex_of("hello_2"), to_hex(hello(1, 2)));
  frames::hello read;
  ASSERT_FALSE(frames::read_hello(whole_frame(vector("hello_2")).payload, read));
  EXPECT_EQ(read.version_max, 2);
  EXPECT_FALSE(read.is_peer);
  ASSERT_FALSE(frames::read_hello(whole_frame(vector("hello_peer")).payload, read));
  EXPECT_TRUE(read.is_peer);
  EXPECT_EQ(read.name, "gate-1");
  EXPECT_TRUE(read.credential.empty());
}

TEST(ProtocolPageTest, WelcomeOfVersion2) {
  std::string out;
  const std::string challenge = bytes_from(0);
  frames::write_welcome(out,
                        {4 << 20, 16 << 20, 52'428, 300'000, {1024, 8 << 20}, "headgate 0.1.0", 2, 256, challenge});
  EXPECT_EQ(hex_of("welcome_2"), to_hex(out));
}

TEST(ProtocolPageTest, AppendVector) {
  frames::append_request read;
  ASSERT_FALSE(frames::read_append(whole_frame(vector("append")).payload, read));
  EXPECT_EQ(read.request, 7U);
  EXPECT_EQ(read.timeout_ms, 5000U);
  EXPECT_EQ(read.topic, "carts");
  EXPECT_FALSE(read.stays_here);
  ASSERT_EQ(read.appends, 2U);
  frames::append_reader appends(read.block);
  frames::append_unit unit;
  store::event e;
  ASSERT_FALSE(appends.next(unit));
  EXPECT_EQ(unit.aggregate, "cart-7");
  EXPECT_EQ(unit.expected_version, 1U);
  ASSERT_EQ(unit.events, 2U);
  ASSERT_FALSE(appends.next_event(e));
  EXPECT_EQ(e.id, "e-2");
  EXPECT_EQ(e.value, R"({"sku":"tea"})");
  EXPECT_TRUE(e.headers.empty());
  ASSERT_FALSE(appends.next_event(e));
  EXPECT_EQ(e.id, "e-3");
  ASSERT_EQ(e.headers.size(), 1U);
  EXPECT_EQ(e.headers[0].name, "source");
  EXPECT_EQ(e.headers[0].value, "web");
  ASSERT_FALSE(appends.next(unit));
  EXPECT_EQ(unit.aggregate, "cart-8");
  EXPECT_FALSE(unit.expected_version);
  ASSERT_FALSE(appends.next_event(e));
  EXPECT_TRUE(e.id.empty());
  EXPECT_FALSE(appends.finish());
}

TEST(ProtocolPageTest, AppendedVectors) {
  std::string out;
  frames::append_result written{4, {}};
  written.what = {store::append_fate::appended, batching::reason::none, 2, 3, 900, 901};
  frames::append_result conflict{1, {}};
  conflict.what = {store::append_fate::conflict, batching::reason::none, 0, 5};
  const std::vector<frames::append_result> both{written, conflict};
  frames::write_appended(out, {.request = 7, .text = {}, .owner = "g-1:8080"}, both);
  EXPECT_EQ(hex_of("appended"), to_hex(out));
  out.clear();
  frames::write_appended(
      out, {.request = 8, .status = frames::store_status::not_a_store, .text = "no mode", .owner = {}}, {});
  EXPECT_EQ(hex_of("appended_refused"), to_hex(out));
}

TEST(ProtocolPageTest, ReadVector) {
  frames::read_request read;
  ASSERT_FALSE(frames::read_read(whole_frame(vector("read")).payload, read));
  EXPECT_EQ(read.request, 9U);
  EXPECT_EQ(read.from, 2U);
  EXPECT_EQ(read.limit, 100U);
  EXPECT_EQ(read.at_least, 3U);
  EXPECT_EQ(read.up_to, 0U);
  EXPECT_EQ(read.token_offset, 901);
  EXPECT_EQ(read.wait_ms, 500U);
  EXPECT_EQ(read.bytes_max, 0U);
  EXPECT_TRUE(read.fresh);
  EXPECT_FALSE(read.backward);
  EXPECT_FALSE(read.stays_here);
  EXPECT_EQ(read.topic, "carts");
  EXPECT_EQ(read.aggregate, "cart-7");
}

TEST(ProtocolPageTest, EventsVector) {
  std::string events, out;
  frames::append_sent_event(events, {2, 900, 1'764'300'000'000, R"({"sku":"tea"})"});
  frames::append_sent_event(events, {3, 901, 1'764'300'000'001, R"({"sku":"milk"})"});
  frames::write_events(out, {.request = 9, .version = 3, .partition = 4, .text = {}, .owner = "g-1:8080"}, 2, events);
  EXPECT_EQ(hex_of("events"), to_hex(out));
}

TEST(ProtocolPageTest, PeersProveThemselves) {
  const std::string challenge = bytes_from(0), own = bytes_from(100);
  std::string out;
  frames::write_peer(out, secret, challenge, own, "g-2:8080");
  EXPECT_EQ(hex_of("peer"), to_hex(out));
  frames::peer_frame said;
  ASSERT_FALSE(frames::read_peer(whole_frame(vector("peer")).payload, said));
  EXPECT_EQ(said.instance, "g-2:8080");
  EXPECT_TRUE(frames::is_right(said, secret, challenge));
  EXPECT_FALSE(frames::is_right(said, "another", challenge));
  EXPECT_FALSE(frames::is_right(said, "", challenge));
  EXPECT_FALSE(frames::is_right(said, secret, own));
  out.clear();
  frames::write_peered(out, secret, own, "g-1:8080");
  EXPECT_EQ(hex_of("peered"), to_hex(out));
  EXPECT_TRUE(frames::is_right_peered(whole_frame(out).payload, secret, own));
  EXPECT_FALSE(frames::is_right_peered(whole_frame(out).payload, secret, challenge));
  EXPECT_FALSE(frames::is_right_peered(whole_frame(out).payload, "another", own));
}

TEST(ProtocolPageTest, ListsEveryAppendOutcomeAndStoreStatusByNumber) {
  const auto outcomes = table("| append outcome | name");
  ASSERT_EQ(outcomes.size(), store::append_fates);
  for (const auto& [number, text] : outcomes) {
    const auto fate = frames::fate_of(static_cast<std::uint8_t>(number));
    ASSERT_TRUE(fate) << number;
    EXPECT_EQ(store::name(*fate), text);
  }
  const auto statuses = table("| store status | name |");
  ASSERT_EQ(statuses.size(), frames::store_statuses);
  for (const auto& [number, text] : statuses) EXPECT_EQ(frames::name(static_cast<frames::store_status>(number)), text);
}

TEST(ProtocolPageTest, ListsEveryErrorCodeByNumber) {
  const auto rows = table("| code | name | when");
  ASSERT_EQ(rows.size(), 16U);
  for (const auto& [number, text] : rows) EXPECT_EQ(frames::name(static_cast<frames::error_code>(number)), text);
}

TEST(ProtocolPageTest, ListsEveryFrameStatusByNumber) {
  const auto rows = table("| status | name |");
  ASSERT_EQ(rows.size(), 5U);
  for (const auto& [number, text] : rows) EXPECT_EQ(frames::name(static_cast<frames::frame_status>(number)), text);
}

TEST(ProtocolPageTest, ListsEveryOutcomeByNumber) {
  const auto rows = table("| outcome | name | meaning");
  ASSERT_EQ(rows.size(), batching::outcomes);
  for (std::size_t i = 0; i < batching::outcomes; ++i) {
    const auto o = static_cast<batching::outcome>(i);
    EXPECT_EQ(rows.at(frames::wire_code(o)), batching::name(o));
  }
}

TEST(ProtocolPageTest, ListsEveryReasonByNumber) {
  const auto rows = table("| reason | name | with outcome");
  ASSERT_EQ(rows.size(), batching::reasons);
  for (std::size_t i = 1; i < batching::reasons; ++i) {
    const auto r = static_cast<batching::reason>(i);
    EXPECT_EQ(rows.at(frames::wire_code(r)), batching::code(r));
  }
}

}  // namespace
}  // namespace frames_test
