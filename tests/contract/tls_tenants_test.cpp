// A client's certificate is its credential: CN, SAN and map over a real TLS listener, with what the tenant may write.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"
#include "tests/support/test_certificates.h"
#include "tests/support/tls_client.h"

namespace tests {
namespace {

namespace config = gateway::config;

class TlsTenantsTest : public testing::Test {
 protected:
  TlsTenantsTest() {
    authority_.sign("gate", {"gate.example"});
    authority_.sign("shop", {"shop.clients", "carts"});
    authority_.sign("stranger", {"nobody.clients"});
    shown_.certificates = {{authority_.certificate("gate"), authority_.key("gate")}};
    shown_.protocol = "http/1.1";
    shown_.tickets = std::make_shared<batching::stream::ticket_keys>();
    shown_.clients = batching::stream::client_certificates::optional;
    shown_.client_ca = authority_.authority();
    settings_.auth.emplace().certificates = config::tenant_from::common_name;
    settings_.tenants = {{"shop", {"orders"}, {}, {}}, {"carts", {"carts"}, {}, {}}};
  }

  gateway_fixture& start() {
    g_ = std::make_unique<gateway_fixture>(settings_, 1, shown_);
    g_->world.add_topic("carts", 1);
    g_->world.show_topics(g_->lane());
    return *g_;
  }
  /// The status line of a POST by who holds that certificate; empty: by nobody.
  std::string answer_to(const std::string& who, const std::string& topic) {
    tls_offer offer;
    offer.trusts = authority_.authority();
    offer.server_name = "gate.example";
    if (!who.empty()) {
      offer.certificate = authority_.certificate(who);
      offer.key = authority_.key(who);
    }
    tls_client c(g_->port(), std::move(offer));
    EXPECT_EQ(c.error(), "");
    EXPECT_TRUE(c.send(post(R"({"a":1})", "application/json", "", "", topic)));
    const std::string text = c.read_until("\r\n\r\n");
    return text.substr(0, text.find("\r\n"));
  }

  test_authority authority_;
  batching::stream::tls_server_settings shown_;
  config::settings settings_;
  std::unique_ptr<gateway_fixture> g_;
};

TEST_F(TlsTenantsTest, TheCommonNameIsTheTenant) {
  start();
  EXPECT_EQ(answer_to("shop", "orders"), "HTTP/1.1 200 OK");
  EXPECT_EQ(answer_to("shop", "carts"), "HTTP/1.1 403 Forbidden");
  EXPECT_EQ(answer_to("stranger", "orders"), "HTTP/1.1 401 Unauthorized");
  EXPECT_EQ(answer_to("", "orders"), "HTTP/1.1 401 Unauthorized");
  EXPECT_EQ(g_->publisher.records().size(), 1U);
}

TEST_F(TlsTenantsTest, AnAlternativeNameIsTheTenant) {
  settings_.auth->certificates = config::tenant_from::alternative_name;
  start();
  EXPECT_EQ(answer_to("shop", "carts"), "HTTP/1.1 200 OK");
  EXPECT_EQ(answer_to("shop", "orders"), "HTTP/1.1 403 Forbidden");
  EXPECT_EQ(answer_to("stranger", "carts"), "HTTP/1.1 401 Unauthorized");
}

TEST_F(TlsTenantsTest, AMapLeadsFromANameToTheTenant) {
  settings_.auth->certificates = config::tenant_from::map;
  settings_.auth->certificate_map = {{"nobody.clients", "carts"}};
  start();
  EXPECT_EQ(answer_to("stranger", "carts"), "HTTP/1.1 200 OK");
  EXPECT_EQ(answer_to("shop", "carts"), "HTTP/1.1 401 Unauthorized");
}

}  // namespace
}  // namespace tests
