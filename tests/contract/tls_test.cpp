// TLS on the HTTP listener, as clients that share no code with it see it.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"
#include "tests/support/test_certificates.h"
#include "tests/support/tls_client.h"

namespace tests {
namespace {

using batching::stream::client_certificates;
using metrics::tls_outcome;

constexpr std::string_view alive = R"({"status":"alive"})";

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    authority.sign("a", {"a.example"});
    authority.sign("b", {"*.b.example"});
    authority.sign("shop", {"shop.clients"});
    shown.certificates = {{authority.certificate("a"), authority.key("a")},
                          {authority.certificate("b"), authority.key("b")}};
    shown.protocol = "http/1.1";
    shown.tickets = std::make_shared<batching::stream::ticket_keys>();
  }
  void demand_certificates(client_certificates how) {
    shown.clients = how;
    shown.client_ca = authority.authority();
  }
  gateway_fixture& gateway() {
    if (!gateway_) gateway_ = std::make_unique<gateway_fixture>(settings, 1, shown);
    return *gateway_;
  }
  tls_client connect(tls_offer offer = {}) {
    offer.trusts = authority.authority();
    if (offer.server_name.empty()) offer.server_name = "a.example";
    return {gateway().port(), std::move(offer)};
  }
  [[nodiscard]] tls_offer as_shop() const {
    tls_offer offer;
    offer.certificate = authority.certificate("shop");
    offer.key = authority.key("shop");
    return offer;
  }
  std::uint64_t count(tls_outcome how) {
    return gateway().lane().recorder().tls_handshakes[0][static_cast<std::size_t>(how)].value();
  }
  bool eventually(tls_outcome how, std::uint64_t times) {
    for (int i = 0; i < 1000 && count(how) != times; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return count(how) == times;
  }
  static bool is_served(tls_client& c) {
    return c.error().empty() && c.send(get("/healthz")) && c.read_until(alive).find("200 OK") != std::string::npos;
  }

  test_authority authority;
  gateway::config::settings settings;
  batching::stream::tls_server_settings shown;

 private:
  std::unique_ptr<gateway_fixture> gateway_;
};

TEST_F(TlsTest, BothVersionsAndOnlyModernSuitesAreSpoken) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_client c = connect({.version_max = version, .version_min = version, .protocols = {"h2", "http/1.1"}});
    EXPECT_TRUE(is_served(c)) << c.error();
    EXPECT_EQ(c.protocol(), "http/1.1");
    EXPECT_EQ(c.version(), version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
  }
  EXPECT_NE(connect({.suites = "AES128-SHA:@SECLEVEL=0", .version_max = TLS1_2_VERSION}).error(), "");
  EXPECT_NE(connect({.suites = "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", .version_max = TLS1_2_VERSION}).error(), "");
  EXPECT_NE(connect({.suites = "ALL:@SECLEVEL=0", .version_max = TLS1_1_VERSION, .version_min = TLS1_VERSION}).error(),
            "");
  EXPECT_TRUE(eventually(tls_outcome::no_agreement, 3));
}

TEST_F(TlsTest, OnlyTheNewestVersionWhereThatIsDemanded) {
  shown.only_1_3 = true;
  EXPECT_NE(connect({.version_max = TLS1_2_VERSION}).error(), "");
  tls_client c = connect();
  EXPECT_TRUE(is_served(c));
}

TEST_F(TlsTest, AProtocolThatIsNotOursIsRefusedByName) {
  EXPECT_NE(connect({.protocols = {"h2"}}).error().find("application protocol"), std::string::npos);
}

TEST_F(TlsTest, TheServerNameChoosesTheCertificate) {
  EXPECT_EQ(connect({.server_name = "x.b.example"}).server_common_name(), "b");
  EXPECT_EQ(connect().server_common_name(), "a");
  tls_client nameless(gateway().port(), {});
  EXPECT_EQ(nameless.server_common_name(), "a");
  tls_client other(gateway().port(), {.server_name = "nobody.example"});
  EXPECT_EQ(other.server_common_name(), "a");
}

TEST_F(TlsTest, PlainHttpIsToldSo) {
  raw_client c(gateway().port());
  c.send(get("/healthz"));
  const auto a = c.answer();
  ASSERT_TRUE(a);
  EXPECT_EQ(a->status, 400);
  EXPECT_TRUE(a->has("this port speaks TLS")) << a->body;
  EXPECT_TRUE(c.is_ended());
  EXPECT_TRUE(eventually(tls_outcome::plain, 1));
}

TEST_F(TlsTest, TlsOnAPlainPortIsToldSoInWords) {
  gateway_fixture plain;
  tls_client c(plain.port(), {});
  EXPECT_NE(c.error(), "");
  raw_client hello(plain.port());
  hello.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  const auto a = hello.answer();
  ASSERT_TRUE(a);
  EXPECT_EQ(a->status, 400);
  EXPECT_TRUE(a->has("this port speaks plain HTTP")) << a->body;
}

TEST_F(TlsTest, LargeBodiesAndManyRequestsAtOncePassInOrder) {
  tls_client c = connect();
  std::string body = "[";
  for (int i = 0; i < 20'000; ++i)
    body += (i > 0 ? "," : "") + std::string(R"({"aggregateId":"k)") + std::to_string(i) + R"("})";
  body += "]";
  ASSERT_GT(body.size(), 400'000U);
  ASSERT_TRUE(c.send(post(body)));
  EXPECT_NE(c.read_until(R"("failures":[]})").find(R"("persisted":20000)"), std::string::npos);
  std::string many;
  for (int i = 0; i < 20; ++i) many += get("/v1/topics/orders");
  many += get("/healthz");
  ASSERT_TRUE(c.send(many));
  const std::string answers = c.read_until(alive);
  std::size_t ok = 0;
  for (std::size_t at = 0; (at = answers.find("HTTP/1.1 200 OK", at)) != std::string::npos; ++at) ++ok;
  EXPECT_EQ(ok, 21U);
}

TEST_F(TlsTest, ACertificateIsDemandedAndCheckedAgainstTheAuthority) {
  demand_certificates(client_certificates::required);
  tls_client good = connect(as_shop());
  EXPECT_TRUE(is_served(good)) << good.error();
  tls_client none = connect();
  EXPECT_FALSE(is_served(none));
  test_authority stranger("somebody else");
  stranger.sign("shop", {"shop.clients"});
  tls_offer offer;
  offer.certificate = stranger.certificate("shop");
  offer.key = stranger.key("shop");
  tls_client foreign = connect(offer);
  EXPECT_FALSE(is_served(foreign));
  EXPECT_TRUE(eventually(tls_outcome::no_certificate, 1));
  EXPECT_TRUE(eventually(tls_outcome::bad_certificate, 1));
}

TEST_F(TlsTest, WhereItIsOptionalAShownCertificateMustBeGood) {
  demand_certificates(client_certificates::optional);
  tls_client none = connect();
  EXPECT_TRUE(is_served(none));
  tls_client good = connect(as_shop());
  EXPECT_TRUE(is_served(good));
  authority.sign("old", {"old.clients"}, -1);
  tls_offer offer;
  offer.certificate = authority.certificate("old");
  offer.key = authority.key("old");
  tls_client expired = connect(offer);
  EXPECT_FALSE(is_served(expired));
}

TEST_F(TlsTest, ATicketIsGoodForAnotherConnectionAlsoAfterARenewal) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_client first = connect({.version_max = version});
    EXPECT_TRUE(is_served(first));
    const auto session = first.session();
    tls_client second = connect({.version_max = version, .session = session});
    EXPECT_TRUE(second.was_resumed());
    EXPECT_TRUE(is_served(second));
    authority.sign("a", {"a.example"});
    gateway().tls().look();
    tls_client third = connect({.version_max = version, .session = session});
    EXPECT_TRUE(third.was_resumed());
  }
  EXPECT_TRUE(eventually(tls_outcome::resumed, 4));
}

TEST_F(TlsTest, ARevokedCertificateIsRefusedAndItsTicketToo) {
  demand_certificates(client_certificates::required);
  shown.revoked = authority.revoked();
  authority.sign("other", {"other.clients"});
  authority.revoke({"other"});
  tls_client before = connect(as_shop());
  EXPECT_TRUE(is_served(before)) << before.error();
  tls_offer again = as_shop();
  again.session = before.session();

  authority.revoke({"other", "shop"});
  gateway().tls().look();
  tls_client fresh = connect(as_shop());
  EXPECT_FALSE(is_served(fresh));
  tls_client resumed = connect(again);
  EXPECT_FALSE(resumed.was_resumed());
  EXPECT_FALSE(is_served(resumed));
  EXPECT_TRUE(is_served(before)) << "a connection that stands is not dropped";
}

TEST_F(TlsTest, ARenewedCertificateIsShownToNewConnectionsAndDropsNone) {
  tls_client old = connect();
  EXPECT_TRUE(is_served(old));
  authority.sign("a", {"a.example", "renewed.example"});
  gateway().tls().look();
  tls_client fresh = connect({.server_name = "renewed.example"});
  EXPECT_TRUE(is_served(fresh)) << fresh.error();
  EXPECT_TRUE(is_served(old));
}

TEST_F(TlsTest, FilesThatDoNotFitLeaveTheOldOnesInForce) {
  static_cast<void>(gateway());
  std::filesystem::copy_file(authority.key("b"), authority.key("a"), std::filesystem::copy_options::overwrite_existing);
  gateway().tls().look();
  tls_client c = connect();
  EXPECT_TRUE(is_served(c)) << c.error();
  authority.sign("a", {"a.example", "mended.example"});
  gateway().tls().look();
  tls_client mended = connect({.server_name = "mended.example"});
  EXPECT_TRUE(is_served(mended)) << mended.error();
}

}  // namespace
}  // namespace tests
