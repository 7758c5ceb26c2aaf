#include <linux/fib_rules.h>
#include <netinet/in.h>

#include "rtnetlink/test_network.h"

namespace netplumb::testing {

namespace {

/// Adds the rule, finds it in a listing, and deletes it.
void checkRule(Conversation& network, const Object& rule) {
  network.create(RTM_NEWRULE, rule);
  network.checkLists(RTM_GETRULE, Object{rule.front()}, rule);  // its family
  network.accept(RTM_DELRULE, 0, rule);
}

}  // namespace

TEST_CASE_FIXTURE(TestNetwork, "kernel: rules by addresses, interfaces and mark") {
  checkRule(*this, Object{{"family", AF_INET},
                          {"dstLength", 16},
                          {"srcLength", 16},
                          {"tos", 0x10},
                          {"action", FR_ACT_TO_TBL},
                          {"dst", "10.2.0.0"},
                          {"src", "10.1.0.0"},
                          {"iifName", "fifteen-letters"},
                          {"oifName", "br0"},
                          {"fwmark", 0x10},
                          {"fwmask", 0xff},
                          {"priority", 1000},
                          {"table", 1000},
                          {"suppressPrefixLength", 0},
                          {"suppressIfGroup", 3},
                          {"protocol", RTPROT_STATIC}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: rules by user, protocol and ports") {
  checkRule(*this, Object{{"family", AF_INET},
                          {"action", FR_ACT_GOTO},
                          {"goto", 2000},
                          {"priority", 1001},
                          {"uidRange", Object{{"start", 1000}, {"end", 1999}}},
                          {"ipProto", IPPROTO_TCP},
                          {"sportRange", Object{{"start", 1000}, {"end", 2000}}},
                          {"dportRange", Object{{"start", 80}, {"end", 80}}}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: rules by tunnel and by layer 3 domain") {
  checkRule(*this,
            Object{{"family", AF_INET}, {"action", FR_ACT_BLACKHOLE}, {"tunId", uint64_t{77}}, {"priority", 1002}});
  checkRule(*this, Object{{"family", AF_INET}, {"action", FR_ACT_TO_TBL}, {"l3mdev", 1}, {"priority", 1003}});
}

TEST_CASE_FIXTURE(TestNetwork, "kernel: IPv6 rules") {
  checkRule(*this, Object{{"family", AF_INET6},
                          {"srcLength", 64},
                          {"action", FR_ACT_TO_TBL},
                          {"src", "fd00::"},
                          {"priority", 1004},
                          {"table", 1007}});
}

}  // namespace netplumb::testing
