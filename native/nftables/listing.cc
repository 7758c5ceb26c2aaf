#include "nftables/listing.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "netlink/codec.h"
#include "netlink/dump.h"
#include "netlink/exchange.h"
#include "nftables/messages.h"

namespace netplumb {

namespace {

using Payload = std::vector<uint8_t>;

/// The lower half of the generation to which the message belongs (nft_base_seq_be16 in net/netfilter/nf_tables_api.c).
uint16_t generationOf(const Payload& payload) {
  uint16_t generation = 0;
  if (payload.size() < sizeof(nfgenmsg)) return generation;
  std::memcpy(&generation, payload.data() + offsetof(nfgenmsg, res_id), sizeof generation);
  return ntohs(generation);
}

/// That of now.
Result<uint16_t> currentGeneration(Socket& socket, std::span<uint8_t> buffer) {
  const MessageType& type = *findFirewallMessage(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN);
  auto message = encode(type, 0, Value::Object{});
  if (!message) return message.error();
  Request request{std::move(*message), &type};
  auto answers = exchange(socket, {&request, 1}, buffer);
  if (!answers) return answers.error();
  if (answers->front().error) return *answers->front().error;
  return generationOf(answers->front().payload);
}

}  // namespace

Result<std::vector<Payload>> list(Socket& socket, Request& request, std::span<uint8_t> buffer) {
  const bool ofRuleset = findFirewallMessage(request.type->number) != nullptr;
  for (int tried = 0; tried < kMostAttempts; ++tried) {
    auto payloads = dump(socket, request, buffer);
    if (!payloads || payloads->empty() || !ofRuleset) return payloads;
    auto current = currentGeneration(socket, buffer);
    if (!current) return current.error();
    const auto isCurrent = [&](const Payload& payload) { return generationOf(payload) == *current; };
    if (std::all_of(payloads->begin(), payloads->end(), isCurrent)) return payloads;
  }
  return Error{EINTR, std::string(request.type->name), "it changed each time it was read"};
}

}  // namespace netplumb
