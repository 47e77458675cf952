#include "tests/support/test_certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace tests {
namespace {

constexpr long day = 24 * 60 * 60;

void must(bool so, const char* what) {
  if (so) return;
  std::fprintf(stderr, "test_certificates: %s\n", what);
  std::abort();
}

template <typename Write>
void write_file(const std::string& path, Write write) {
  const std::string fresh = path + ".new";  // renamed: a reader sees the old one or the new one
  std::FILE* const file = std::fopen(fresh.c_str(), "w");
  must(file != nullptr && write(file) == 1, path.c_str());
  std::fclose(file);
  std::filesystem::rename(fresh, path);
}

void extend(X509* to, X509* by, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, by, to, nullptr, nullptr, 0);
  X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  must(made != nullptr && X509_add_ext(to, made, -1) == 1, value.c_str());
  X509_EXTENSION_free(made);
}

X509* blank(const std::string& name, EVP_PKEY* key, X509* by, long serial, int days) {
  X509* const made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), serial);
  X509_gmtime_adj(X509_getm_notBefore(made), -2 * day);
  X509_gmtime_adj(X509_getm_notAfter(made), days * day);
  X509_set_pubkey(made, key);
  X509_NAME* const subject = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(made, by != nullptr ? X509_get_subject_name(by) : subject);
  return made;
}

}  // namespace

test_authority::test_authority(const std::string& name) : key_(EVP_EC_gen("P-256")) {
  static std::atomic<int> count{0};
  folder_ = std::filesystem::temp_directory_path() /
            ("headgate-certificates-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
  std::filesystem::create_directories(folder_);
  certificate_ = blank(name, key_, nullptr, serial_++, 60);
  extend(certificate_, certificate_, NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate_, certificate_, NID_subject_key_identifier, "hash");
  must(X509_sign(certificate_, key_, EVP_sha256()) > 0, "sign");
  write_file(authority(), [this](std::FILE* to) { return PEM_write_X509(to, certificate_); });
}

test_authority::~test_authority() {
  X509_free(certificate_);
  EVP_PKEY_free(key_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void test_authority::sign(const std::string& name, const std::vector<std::string>& names, int days,
                          const std::string& kind) {
  EVP_PKEY* const own = kind.starts_with("RSA ") ? EVP_RSA_gen(std::stoul(kind.substr(4))) : EVP_EC_gen(kind.c_str());
  X509* const made = blank(name, own, certificate_, serial_++, days);
  std::string list;
  for (const std::string& each : names) list += (list.empty() ? "DNS:" : ",DNS:") + each;
  if (!list.empty()) extend(made, certificate_, NID_subject_alt_name, list);
  must(X509_sign(made, key_, EVP_sha256()) > 0, "sign");
  write_file(key(name),
             [own](std::FILE* to) { return PEM_write_PrivateKey(to, own, nullptr, nullptr, 0, nullptr, nullptr); });
  write_file(certificate(name), [made](std::FILE* to) { return PEM_write_X509(to, made); });
  X509_free(made);
  EVP_PKEY_free(own);
}

void test_authority::revoke(const std::vector<std::string>& names) {
  X509_CRL* const list = X509_CRL_new();
  X509_CRL_set_version(list, 1);
  X509_CRL_set_issuer_name(list, X509_get_subject_name(certificate_));
  ASN1_TIME* const at = ASN1_TIME_new();
  X509_CRL_set1_lastUpdate(list, X509_gmtime_adj(at, -day));
  X509_CRL_set1_nextUpdate(list, X509_gmtime_adj(at, 7 * day));
  for (const std::string& name : names) {
    std::FILE* const file = std::fopen(certificate(name).c_str(), "r");
    must(file != nullptr, name.c_str());
    X509* const whose = PEM_read_X509(file, nullptr, nullptr, nullptr);
    std::fclose(file);
    X509_REVOKED* const entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(whose));
    X509_REVOKED_set_revocationDate(entry, X509_gmtime_adj(at, -day));
    X509_CRL_add0_revoked(list, entry);
    X509_free(whose);
  }
  ASN1_TIME_free(at);
  X509_CRL_sort(list);
  must(X509_CRL_sign(list, key_, EVP_sha256()) > 0, "sign the list");
  write_file(revoked(), [list](std::FILE* to) { return PEM_write_X509_CRL(to, list); });
  X509_CRL_free(list);
}

}  // namespace tests
