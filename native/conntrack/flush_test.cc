#include "conntrack/flush.h"

#include <errno.h>
#include <linux/netlink.h>

#include "conntrack/golden.h"
#include "netlink/dump.h"
#include "netlink/fake_kernel.h"
#include "netlink/test_result.h"
#include "netlink/text_address.h"

namespace netplumb::testing {

namespace {

constexpr uint16_t kEntry = 0x100;  // IPCTNL_MSG_CT_NEW

/// A conversation of which the kernel's side is laid down beforehand; the listing is request 1.
class Flush {
 public:
  void listed(std::initializer_list<Bytes> entries, uint32_t sequence = 1, uint16_t flags = 0) {
    for (const Bytes& entry : entries) kernel.say(FakeKernel::message(kEntry, NLM_F_MULTI | flags, sequence, entry));
    kernel.say(FakeKernel::done(sequence));
  }

  Result<uint32_t> run() {
    std::vector<uint8_t> buffer(kReceiveBuffer);
    return flushConnections(socket, {{}, {parseIp("192.0.2.1").value()}, {}}, buffer);
  }

  FakeKernel kernel;
  Socket socket = kernel.socket();
};

}  // namespace

TEST_CASE("the message by which a connection is forgotten names it by its first direction and its number") {
  CHECK(hexText(deletionOf(*readEntry(kTranslated))) ==
        hexText(hex("50 00 00 00 "                  // length
                    "02 01 00 00 "                  // IPCTNL_MSG_CT_DELETE
                    "00 00 00 00 00 00 00 00 "      // sequence, port
                    "02 00 00 00 "                  // AF_INET, NFNETLINK_V0, res_id
                    "34 00 01 80 "                  // CTA_TUPLE_ORIG (nested)
                    "  14 00 01 80 "                // CTA_TUPLE_IP (nested)
                    "    08 00 01 00 c0 00 02 01 "  // CTA_IP_V4_SRC 192.0.2.1
                    "    08 00 02 00 c0 00 02 01 "  // CTA_IP_V4_DST 192.0.2.1
                    "  1c 00 02 80 "                // CTA_TUPLE_PROTO (nested)
                    "    05 00 01 00 11 00 00 00 "  // CTA_PROTO_NUM IPPROTO_UDP
                    "    06 00 02 00 9c 40 00 00 "  // CTA_PROTO_SRC_PORT 40000
                    "    06 00 03 00 1f 75 00 00 "  // CTA_PROTO_DST_PORT 8053
                    "08 00 0c 00 ed d9 f4 87 ")));  // CTA_ID
}

TEST_CASE("a connection of another zone is forgotten there") {
  const Bytes zoned = kTranslated + attribute(18, hex("00 07"));  // CTA_ZONE
  CHECK(hexText(deletionOf(*readEntry(zoned))).ends_with("06 00 12 00 00 07 00 00"));
}

TEST_CASE("those that are wanted are forgotten, and counted") {
  Flush flush;
  flush.listed({kTranslated, kIpv6, kWithoutPorts});
  flush.kernel.say(FakeKernel::ack(2));
  flush.kernel.say(FakeKernel::ack(3));
  CHECK(must(flush.run()) == 2);
  const Datagram listing = flush.kernel.hear();
  CHECK(hexText(std::span(listing).first(8)) == "14 00 00 00 01 01 01 03");  // IPCTNL_MSG_CT_GET, request, dump
  Bytes deletions = flush.kernel.hear();
  Bytes expected = deletionOf(*readEntry(kTranslated)) + deletionOf(*readEntry(kWithoutPorts));
  CHECK(deletions.size() == expected.size());
  CHECK(flush.kernel.hear().empty());
}

TEST_CASE("a table without any is left alone") {
  Flush flush;
  flush.listed({kIpv6});
  CHECK(must(flush.run()) == 0);
  flush.kernel.hear();
  CHECK(flush.kernel.hear().empty());
}

TEST_CASE("what has ended meanwhile does not count") {
  Flush flush;
  flush.listed({kTranslated, kTranslated, kWithoutPorts});
  flush.kernel.say(FakeKernel::ack(2));
  flush.kernel.say(FakeKernel::ack(3, ENOENT));
  flush.kernel.say(FakeKernel::ack(4));
  CHECK(must(flush.run()) == 2);
}

TEST_CASE("a listing that was interrupted is asked for again, and nothing of the first is deleted") {
  Flush flush;
  flush.listed({kTranslated, kWithoutPorts}, 1, NLM_F_DUMP_INTR);
  flush.listed({kTranslated}, 2);
  flush.kernel.say(FakeKernel::ack(3));
  CHECK(must(flush.run()) == 1);
}

TEST_CASE("one that makes no sense is passed over") {
  Flush flush;
  flush.listed({hex("02 00 00 00"), hex("02 00 00 00 ff ff 01 80"), kTranslated});
  flush.kernel.say(FakeKernel::ack(2));
  CHECK(must(flush.run()) == 1);
}

TEST_CASE("a refusal is told, of the listing and of a deletion") {
  Flush flush;
  flush.kernel.say(FakeKernel::ack(1, EINVAL));
  Error refused = mustFail(flush.run());
  CHECK(refused.number == EINVAL);
  CHECK(refused.operation == "IPCTNL_MSG_CT_GET");
  Flush other;
  other.listed({kTranslated, kWithoutPorts});
  other.kernel.say(FakeKernel::ack(2, EPERM));
  other.kernel.say(FakeKernel::ack(3));
  refused = mustFail(other.run());
  CHECK(refused.number == EPERM);
  CHECK(refused.operation == "IPCTNL_MSG_CT_DELETE");
}

}  // namespace netplumb::testing
