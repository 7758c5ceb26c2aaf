#pragma once

#include <span>

#include "netlink/schema.h"
#include "netlink/value.h"

namespace netplumb {

/// The tables as data, so that others' declarations of the same messages can be held against them:
/// `{ messages: [{ number, name, schema }], schemas: { NAME: [member…] } }`, where a member is
/// `{ name, kind, schema?, selector?, choices?: [{ key, schema }] }`, header members first, and `schema` is the name of
/// one of `schemas`.
Value describe(std::span<const MessageType> messages);

}  // namespace netplumb
