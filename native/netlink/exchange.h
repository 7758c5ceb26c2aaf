#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "netlink/request.h"
#include "netlink/result.h"
#include "netlink/socket.h"

namespace netplumb {

/// What became of one request.
struct Answer {
  /// The kernel's refusal; nothing when it did what was asked.
  std::optional<Error> error;
  /// Payload of the message it returned (RTM_GET…, or NLM_F_ECHO), the last if there were several; empty when it only
  /// acknowledged.
  std::vector<uint8_t> payload;
};

/// Sends requests, as many in a datagram as the receive buffer surely holds the replies of, and returns one answer for
/// each, in their order. The kernel works through a datagram to its end even when a request in it fails: what depends
/// on an earlier request's success belongs into a later exchange. None may ask for a listing (see `dump`).
///
/// Every request is made to ask for an acknowledgement. The outer error means that the conversation broke (EBADMSG: a
/// reply is missing, is of no request of ours, cut short, repeated or part of a listing; ENOBUFS: replies were lost)
/// and that nothing is known of the requests' fate; the socket must not be used again.
///
/// NOTE: the messages' sequence numbers are written in place.
Result<std::vector<Answer>> exchange(Socket& socket, std::span<Request> requests, std::span<uint8_t> buffer);

}  // namespace netplumb
