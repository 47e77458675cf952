#include "batching/stream/tls_failure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace batching::stream {
namespace {

// Tells an operator what to change, for the most common reasons why certificates are refused.
std::string told_verdict(long verdict, const std::string& peer, const tls_words& words) {
  switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return "its certificate is not for '" + peer + "': " + words.name;
    case X509_V_ERR_CERT_HAS_EXPIRED: return "its certificate has expired: renew " + words.peer + "'s certificate";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "its certificate is not valid yet: check the clocks of both sides";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "its certificate is from an authority that is not trusted: " + words.ca;
    default: return std::string("its certificate is refused: ") + X509_verify_cert_error_string(verdict);
  }
}

std::string told_reason(unsigned long code, const tls_words& words) {
  switch (ERR_GET_REASON(code)) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG: return "it does not speak TLS on this port: check the port, or " + words.plain;
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return "it wants a certificate of ours: " + words.certificate;
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
      return "it refuses our certificate: have it signed by an authority that " + words.peer + " trusts";
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED: return "our certificate has expired: renew it";
    default: break;
  }
  const char* text = ERR_reason_error_string(code);
  return std::string("TLS fails: ") + (text != nullptr ? text : "the connection was closed");
}

}  // namespace

tls_failure failure_of(unsigned long code, long verdict) noexcept {
  const int reason = ERR_GET_REASON(code);
  switch (reason) {
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return tls_failure::no_certificate;
    case SSL_R_CERTIFICATE_VERIFY_FAILED: return tls_failure::bad_certificate;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG: return tls_failure::not_tls;
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_NO_APPLICATION_PROTOCOL:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SHARED_GROUPS:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM: return tls_failure::no_agreement;
    default: break;
  }
  if (reason >= SSL_AD_REASON_OFFSET) return tls_failure::refused;  // an alert of the other side
  if (verdict != X509_V_OK) return tls_failure::bad_certificate;
  return code == 0 || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING ? tls_failure::closed : tls_failure::other;
}

std::string told_to_client(unsigned long code, long verdict, const std::string& peer, const tls_words& words) {
  return verdict != X509_V_OK ? told_verdict(verdict, peer, words) : told_reason(code, words);
}

std::string told_to_server(unsigned long code, long verdict) {
  const char* const text = ERR_reason_error_string(code);
  switch (failure_of(code, verdict)) {
    case tls_failure::no_certificate: return "the client sent no certificate, and this listener requires one";
    case tls_failure::bad_certificate:
      return std::string("the client's certificate is refused: ") + X509_verify_cert_error_string(verdict);
    case tls_failure::not_tls: return "the client does not speak TLS";
    case tls_failure::no_agreement:
      return std::string("client and listener have nothing in common: ") + (text != nullptr ? text : "unknown");
    case tls_failure::refused:
      return std::string("the client refuses the connection, most often because it does not trust our certificate: ") +
             (text != nullptr ? text : "unknown");
    case tls_failure::closed: return "the client closed the connection";
    default: return std::string("TLS fails: ") + (text != nullptr ? text : "unknown");
  }
}

}  // namespace batching::stream
