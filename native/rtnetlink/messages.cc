#include "rtnetlink/messages.h"

#include <linux/rtnetlink.h>

#include <algorithm>

#include "rtnetlink/schemas.h"

namespace netplumb {

namespace {

constexpr MessageType kMessages[] = {
    {RTM_NEWLINK, "RTM_NEWLINK", &linkSchema},         {RTM_DELLINK, "RTM_DELLINK", &linkSchema},
    {RTM_GETLINK, "RTM_GETLINK", &linkSchema},         {RTM_SETLINK, "RTM_SETLINK", &linkSchema},
    {RTM_NEWADDR, "RTM_NEWADDR", &addressSchema},      {RTM_DELADDR, "RTM_DELADDR", &addressSchema},
    {RTM_GETADDR, "RTM_GETADDR", &addressSchema},      {RTM_NEWROUTE, "RTM_NEWROUTE", &routeSchema},
    {RTM_DELROUTE, "RTM_DELROUTE", &routeSchema},      {RTM_GETROUTE, "RTM_GETROUTE", &routeSchema},
    {RTM_NEWNEIGH, "RTM_NEWNEIGH", &neighbourSchema},  {RTM_DELNEIGH, "RTM_DELNEIGH", &neighbourSchema},
    {RTM_GETNEIGH, "RTM_GETNEIGH", &neighbourSchema},  {RTM_NEWRULE, "RTM_NEWRULE", &ruleSchema},
    {RTM_DELRULE, "RTM_DELRULE", &ruleSchema},         {RTM_GETRULE, "RTM_GETRULE", &ruleSchema},
    {RTM_NEWNSID, "RTM_NEWNSID", &namespaceIdSchema},  {RTM_DELNSID, "RTM_DELNSID", &namespaceIdSchema},
    {RTM_GETNSID, "RTM_GETNSID", &namespaceIdSchema},  {RTM_NEWLINKPROP, "RTM_NEWLINKPROP", &linkSchema},
    {RTM_DELLINKPROP, "RTM_DELLINKPROP", &linkSchema},
};

}  // namespace

const MessageType* findMessage(uint16_t number) {
  const auto* found = std::find_if(std::begin(kMessages), std::end(kMessages),
                                   [number](const MessageType& type) { return type.number == number; });
  return found == std::end(kMessages) ? nullptr : found;
}

std::span<const MessageType> allMessages() { return kMessages; }

}  // namespace netplumb
