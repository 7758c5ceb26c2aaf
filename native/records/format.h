#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace netplumb {

/// The bytes of values in the file of records: half as many as those of a general format, because what records are made
/// of is known. Files have them: tags and words are never to be changed or moved, only added behind the last (there is
/// room for 128 words).
///
/// A value is a tag and what belongs to it. A number from 0 to 63 is its own tag; one from 128 stands for a word, of an
/// object's keys and of its values. Numbers of several bytes: little endian.
enum class Tag : uint8_t {
  kNull = 64,
  kTrue = 65,
  kFalse = 66,
  /// 2 bytes.
  kUint16 = 67,
  /// 4 bytes.
  kUint32 = 68,
  /// 6 bytes.
  kUint48 = 69,
  /// 8 bytes.
  kFloat64 = 70,
  /// Length (1 byte), characters (1 byte each).
  kAscii = 71,
  /// Length (4 bytes), UTF-16 (2 bytes each): a string need not be well formed.
  kText = 72,
  /// 64 hexadecimal digits: 32 bytes.
  kId = 73,
  /// The same as the record's key, or the first part of it.
  kKey = 74,
  /// The beginning of that: length (1 byte).
  kKeyStart = 75,
  /// 4 bytes, from the left.
  kIpv4 = 76,
  /// 6 bytes, from the left.
  kMac = 77,
  /// Number of values (4 bytes if long, otherwise 1), values.
  kList = 78,
  kLongList = 79,
  /// Number of properties, names and values.
  kObject = 80,
  kLongObject = 81,
  /// A number without zeros before it, as text: the number, below 2^48.
  kDecimal = 82,
  /// Up to 255 hexadecimal digits, of an even number: half of that (1 byte), bytes.
  kHex = 83,
  /// Texts with colons between them: how many (1 byte), texts.
  kParts = 84,
};

inline constexpr uint8_t kSmallNumbers = 64;
inline constexpr uint8_t kFirstWord = 128;

/// Objects and lists within one another. Records have five; more is no record.
inline constexpr int kDeepest = 64;

/// Names of properties, and values that often occur.
inline constexpr auto kWords = std::to_array<std::string_view>({
    // Sandboxes.
    "id",
    "name",
    "mode",
    "state",
    "owner",
    "changer",
    "bound",
    "created",
    "netns",
    "kind",
    "pid",
    "path",
    "sandbox",
    "hostname",
    "cookie",
    "pin",
    "endpoints",
    "exposed",
    "ports",
    "links",
    "naming",
    "env",
    "files",
    "times",
    "pool",
    // Endpoints.
    "network",
    "interface",
    "hostInterface",
    "hostIndex",
    "address",
    "prefixLength",
    "gateway",
    "address6",
    "prefixLength6",
    "gateway6",
    "macAddress",
    "mtu",
    "gatewayPriority",
    "link",
    "peer",
    "aliases",
    "unsettled",
    "segment",
    // Ports, names, leases, changes.
    "hostAddress",
    "hostPort",
    "port",
    "protocol",
    "pools",
    "servers",
    "search",
    "options",
    "hosts",
    "early",
    "released",
    "role",
    "next",
    "tail",
    "head",
    "number",
    "time",
    "action",
    "connected",
    "disconnected",
    // Networks.
    "driver",
    "internal",
    "attachable",
    "ipv6",
    "subnets",
    "subnet",
    "range",
    "auxiliary",
    "labels",
    "ours",
    // Values.
    "bridge",
    "host",
    "none",
    "container",
    "pending",
    "ready",
    "changing",
    "leaving",
    "pooled",
    "coming",
    "going",
    "fd",
    "shared",
    "attached",
    "detached",
    "tcp",
    "udp",
    "sctp",
    "eth0",
    "eth1",
});
static_assert(kWords.size() <= 128);

}  // namespace netplumb
