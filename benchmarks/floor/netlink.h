// The least that a program needs to speak rtnetlink: a message builder and a socket. The floor shares no code with the
// library on purpose: it is the yardstick that the library is measured against.
#pragma once

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cstddef>
#include <cstdint>

namespace netplumb::bench {

/** Prints `what`, formatted as by printf, with errno's text and ends the process with status 1. */
[[noreturn]] void fail(const char* what, ...) __attribute__((format(printf, 1, 2)));

/** Several requests in one buffer, sent together. */
class Batch {
 public:
  /** Starts a request; every request asks for an acknowledgement. */
  void begin(uint16_t type, uint16_t flags);
  /** Ends the request that `begin` or `beginLink` started. */
  void end();

  /** Starts a link request; `flags` are set and all others of the device left alone. */
  ifinfomsg& beginLink(uint16_t type, uint16_t flags, int index = 0, unsigned deviceFlags = 0);

  /** Room for a fixed header or attribute payload, zeroed. */
  void* reserve(size_t size);
  void attribute(uint16_t type, const void* data, size_t size);
  void text(uint16_t type, const char* value);
  void u32(uint16_t type, uint32_t value) { attribute(type, &value, sizeof value); }
  void u8(uint16_t type, uint8_t value) { attribute(type, &value, sizeof value); }
  /** Opens a nested attribute; the result goes to `close`. */
  size_t open(uint16_t type);
  void close(size_t nest);

  bool empty() const { return requests_ == 0; }
  /** Number of requests since the last `clear`. */
  int requests() const { return requests_; }
  const char* data() const { return buffer_; }
  size_t size() const { return size_; }
  void clear();

 private:
  alignas(NLMSG_ALIGNTO) char buffer_[32768];
  size_t size_ = 0;
  size_t start_ = 0;
  int requests_ = 0;
};

/** A NETLINK_ROUTE socket of the namespace in which it was opened. */
class Socket {
 public:
  Socket();
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&&) = delete;

  /** Sends the batch, waits for every acknowledgement, empties the batch. Any error ends the process. */
  void send(Batch& batch);

  /**
   * As `send`, but returns the errno of the last request that failed, 0 when none did. `firstMayFail` accepts an
   * error of the first request only; errors of the others still end the process.
   */
  int trySend(Batch& batch, bool firstMayFail = false);

  /** Asks for a link's carrier (ETHTOOL_GLINK). Any error ends the process. */
  void askForCarrier(const char* link);

 private:
  int fd_;
  uint32_t sequence_ = 0;
};

}  // namespace netplumb::bench
