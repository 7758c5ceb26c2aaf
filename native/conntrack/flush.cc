#include "conntrack/flush.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>

#include "netlink/dump.h"
#include "netlink/exchange.h"
#include "netlink/message_builder.h"

namespace netplumb {

namespace {

constexpr uint16_t numberOf(uint16_t message) { return NFNL_SUBSYS_CTNETLINK << 8 | message; }

/// Their attributes are read and written here, not by a table: of a hundred thousand entries few are wanted.
constexpr Schema kUntold{"connection", sizeof(nfgenmsg)};
constexpr MessageType kList{numberOf(IPCTNL_MSG_CT_GET), "IPCTNL_MSG_CT_GET", &kUntold, NETLINK_NETFILTER};
constexpr MessageType kDelete{numberOf(IPCTNL_MSG_CT_DELETE), "IPCTNL_MSG_CT_DELETE", &kUntold, NETLINK_NETFILTER};

Request listing() {
  MessageBuilder builder(kList.number, 0);
  // All zero: connections of every family.
  builder.header(sizeof(nfgenmsg));
  Request request{{}, &kList};
  // Cannot fail: it has no attribute.
  (void)builder.finish(request.message);
  return request;
}

}  // namespace

std::vector<uint8_t> deletionOf(const Entry& entry) {
  MessageBuilder builder(kDelete.number, 0);
  const size_t header = builder.header(sizeof(nfgenmsg));
  builder.patch(header + offsetof(nfgenmsg, nfgen_family), {&entry.family, 1});
  builder.attribute(CTA_TUPLE_ORIG | NLA_F_NESTED, entry.originalTuple);
  builder.attribute(CTA_ID, entry.id);
  if (!entry.zone.empty()) builder.attribute(CTA_ZONE, entry.zone);
  std::vector<uint8_t> message;
  // Cannot fail: what was an attribute fits into one.
  (void)builder.finish(message);
  return message;
}

Result<uint32_t> flushConnections(Socket& socket, const ConnectionWishes& wishes, std::span<uint8_t> buffer) {
  const ConnectionSelection selection(wishes);
  const auto isWanted = [&selection](std::span<const uint8_t> payload) {
    const auto entry = readEntry(payload);
    return entry && selection.contains(*entry);
  };
  Request request = listing();
  auto wanted = dump(socket, request, buffer, isWanted);
  if (!wanted) return wanted.error();
  std::vector<Request> deletions;
  deletions.reserve(wanted->size());
  for (const auto& payload : *wanted) deletions.push_back({deletionOf(*readEntry(payload)), &kDelete});
  auto answers = exchange(socket, deletions, buffer);
  if (!answers) return answers.error();
  uint32_t forgotten = 0;
  for (const Answer& answer : *answers) {
    // ENOENT: it has ended meanwhile.
    if (answer.error && answer.error->number != ENOENT) return *answer.error;
    if (!answer.error) ++forgotten;
  }
  return forgotten;
}

}  // namespace netplumb
