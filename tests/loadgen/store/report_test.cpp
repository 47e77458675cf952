#include "loadgen/store/report.h"

#include <gtest/gtest.h>
#include <simdjson.h>

namespace loadgen::store {
namespace {

class StoreReportTest : public ::testing::Test {
 protected:
  StoreReportTest() {
    store_options options;
    options.topic = "carts";
    options.kafka = "127.0.0.1:9092";
    plan_ = make_plan(options);
    done_.load.took = std::chrono::seconds(2);
    done_.load.all.appends = 100;
    done_.load.all.written = 90;
    done_.load.all.conflicts = 10;
    done_.load.all.statuses = {{201, 90}, {409, 10}};
    done_.load.all.append_latency.record(std::chrono::milliseconds(3));
    done_.verdict.emplace();
  }

  load::load_plan plan_;
  result done_;
};

TEST_F(StoreReportTest, ASoundRunIsProven) {
  const std::string text = describe(plan_, done_);
  EXPECT_NE(text.find("100 in 2.0 s, 50/s: 90 acked"), std::string::npos) << text;
  EXPECT_NE(text.find("PROVEN"), std::string::npos);
  EXPECT_TRUE(done_.good());
}

TEST_F(StoreReportTest, FindingsAreNamedWithTheirExamples) {
  done_.verdict->found.add({check::finding_kind::lost, "cart-1", 3, 77, "answered as written"});
  const std::string text = describe(plan_, done_);
  EXPECT_NE(text.find("WRONG: 1 lost: "), std::string::npos) << text;
  EXPECT_NE(text.find("cart-1 at 3:77: answered as written"), std::string::npos);
  EXPECT_NE(text.find("FAILED"), std::string::npos);
  EXPECT_FALSE(done_.good());
}

TEST_F(StoreReportTest, ARunThatCouldNotBeReadBackIsNotGood) {
  done_.verdict.reset();
  done_.verify_error = "no broker";
  EXPECT_NE(describe(plan_, done_).find("NOT VERIFIED: no broker"), std::string::npos);
  EXPECT_FALSE(done_.good());
}

TEST_F(StoreReportTest, ARunWithoutAnAckIsNotGood) {
  done_.load.all.written = 0;
  EXPECT_FALSE(done_.good());
}

TEST_F(StoreReportTest, MachinesReadTheSame) {
  done_.verdict->found.add({check::finding_kind::stale_read, "cart-1", -1, -1, "fresh"});
  simdjson::dom::parser parser;
  const simdjson::padded_string text(to_json(plan_, done_));
  const simdjson::dom::element root = parser.parse(text);
  EXPECT_EQ(std::string_view(root["kind"]), "store");
  EXPECT_EQ(std::uint64_t(root["totals"]["appends_acked"]), 90U);
  EXPECT_EQ(std::uint64_t(root["statuses"]["409"]), 10U);
  EXPECT_EQ(std::uint64_t(root["verify"]["findings"]["stale_read"]), 1U);
  EXPECT_EQ(std::string_view(root["verify"]["examples"].at(0)["subject"]), "cart-1");
  EXPECT_FALSE(bool(root["verdict"]["good"]));
}

}  // namespace
}  // namespace loadgen::store
