// Certificates for tests, made in the process and written to a folder of their own: an authority, and whom it signs.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace tests {

class test_authority {
 public:
  explicit test_authority(const std::string& name = "test authority");
  ~test_authority();
  test_authority(const test_authority&) = delete;
  test_authority& operator=(const test_authority&) = delete;

  /// Writes NAME.crt and NAME.key; a further one of the same name takes the old one's place. `names`: DNS names.
  /// `kind`: "P-256", or "RSA" and how many bits.
  void sign(const std::string& name, const std::vector<std::string>& names, int days = 30,
            const std::string& kind = "P-256");
  /// Writes revoked.crl with the newest certificate of each name.
  void revoke(const std::vector<std::string>& names);

  [[nodiscard]] std::string certificate(const std::string& name) const { return path(name + ".crt"); }
  [[nodiscard]] std::string key(const std::string& name) const { return path(name + ".key"); }
  [[nodiscard]] std::string authority() const { return path("authority.crt"); }
  [[nodiscard]] std::string revoked() const { return path("revoked.crl"); }

 private:
  [[nodiscard]] std::string path(const std::string& file) const { return (folder_ / file).string(); }
  std::filesystem::path folder_;
  evp_pkey_st* key_ = nullptr;
  x509_st* certificate_ = nullptr;
  long serial_ = 1;
};

}  // namespace tests
