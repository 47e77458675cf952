#include "gateway/frames/peer_proof.h"

#include "gateway/auth/hash.h"
#include "gateway/frames/bytes.h"
#include "gateway/frames/frame_writer.h"

namespace gateway::frames {
namespace {

constexpr std::size_t instance_bytes_max = 255, fixed_bytes = 2 * proof_bytes + 2, peered_fixed = proof_bytes + 2;

// Different labels: what one side has said proves nothing when it is sent back.
constexpr std::string_view of_peer = "headgate peer 2: who connects", of_gateway = "headgate peer 2: who was called";

std::string proof(std::string_view secret, std::string_view label, std::string_view challenge,
                  std::string_view instance) {
  const auto made = auth::hmac_sha256(secret, {label, challenge, instance});
  return made ? std::string(auth::view_of(*made)) : std::string();
}

void append_text(std::string& out, std::string_view text) {
  append<std::uint16_t>(out, static_cast<std::uint16_t>(text.size()));
  out += text;
}

}  // namespace

fault read_peer(std::string_view payload, peer_frame& out) {
  const std::size_t bytes = payload.size() < fixed_bytes ? 0 : load<std::uint16_t>(payload.data() + 2 * proof_bytes);
  if (bytes == 0 || bytes > instance_bytes_max || payload.size() != fixed_bytes + bytes)
    return violation{error_code::malformed_frame,
                     "PEER: a proof and a challenge of 32 bytes, and a name of 1 to 255 bytes"};
  out.proof = payload.substr(0, proof_bytes);
  out.challenge = payload.substr(proof_bytes, proof_bytes);
  out.instance = payload.substr(fixed_bytes);
  return {};
}

bool is_right(const peer_frame& said, std::string_view secret, std::string_view our_challenge) {
  return !secret.empty() && our_challenge.size() == proof_bytes &&
         auth::equal_in_constant_time(said.proof, proof(secret, of_peer, our_challenge, said.instance));
}

void write_peer(std::string& out, std::string_view secret, std::string_view challenge, std::string_view own,
                std::string_view instance) {
  instance = cut(instance, instance_bytes_max);
  const std::size_t begun_at = begin_frame(out, frame_type::peer);
  out += proof(secret, of_peer, challenge, instance);
  out += own;
  append_text(out, instance);
  end_frame(out, begun_at);
}

void write_peered(std::string& out, std::string_view secret, std::string_view challenge, std::string_view instance) {
  instance = cut(instance, instance_bytes_max);
  const std::size_t begun_at = begin_frame(out, frame_type::peered);
  out += proof(secret, of_gateway, challenge, instance);
  append_text(out, instance);
  end_frame(out, begun_at);
}

bool is_right_peered(std::string_view payload, std::string_view secret, std::string_view own) {
  if (payload.size() < peered_fixed || own.size() != proof_bytes) return false;
  return auth::equal_in_constant_time(payload.substr(0, proof_bytes),
                                      proof(secret, of_gateway, own, payload.substr(peered_fixed)));
}

}  // namespace gateway::frames
